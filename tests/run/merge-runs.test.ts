import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { Result } from '../../src/core/result.ts';
import type { Manifest } from '../../src/results/manifest.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { gapLine } from '../../src/run/merge-gaps.ts';
import { mergeRuns } from '../../src/run/merge-runs.ts';
import { plannedKeys } from '../../src/run/planned-keys.ts';
import { shardOf } from '../../src/run/shard.ts';
import { buildRow, buildRun } from '../analysis/build-run.ts';

const identity: JsonObject = { model: { name: 'm' }, task: {}, prompt: {}, haystack: {}, seed: 7 };
const config: JsonObject = {
  version: 1,
  models: [{ name: 'm', maxTokens: 128 }],
  seed: 7,
  trials: 3,
  output: 'reports/whole',
  execution: { concurrency: 4 },
};
const target = { name: 'merged', output: 'reports/merged' };

/** A run of the whole grid whose keys are those of its identity, as a real one's are. */
function wholeRun(more: Partial<Manifest> = {}): RunData {
  const built = buildRun({ contextLengths: [1_000, 4_000], config, outcome: () => 1 });
  const manifest: Manifest = { ...built.manifest, identities: { 'm / niah_single': identity }, ...more };
  const results = plannedKeys(manifest).map(({ key, cell }) => ({ ...buildRow(cell, 1), key }));
  return { dir: 'reports/whole', manifest, results };
}

function shard(run: RunData, index: number, count: number): RunData {
  return {
    dir: `reports/s${index}`,
    manifest: { ...run.manifest, run: `s${index}`, shard: { index, count } },
    results: run.results.filter(({ key }) => shardOf(key, count) === index),
  };
}

const byKey = (rows: readonly Result[]): Result[] => [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));

test('any number of shards in any order join into the run they are parts of', () => {
  const whole = wholeRun();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat()), (count, picks) => {
      const parts = Array.from({ length: count }, (_, i) => shard(whole, i + 1, count));
      const shuffled = parts
        .map((part) => ({ part, at: picks.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ part }) => part);
      const merged = mergeRuns(shuffled, target);
      expect(byKey(merged.results)).toEqual(byKey(whole.results));
      expect(merged.gaps).toEqual([]);
      expect(merged.manifest).toMatchObject({ status: 'finished', shard: null, plannedCells: 66 });
    }),
  );
});

test('cells that are missing or failed are counted to the shard they belong to', () => {
  const whole = wholeRun();
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 65 }), { minLength: 1 }),
      fc.boolean(),
      (lost, failed) => {
        const gone = new Set(lost.map((i) => whole.results[i]?.key));
        const parts = [1, 2, 3].map((index) => {
          const part = shard(whole, index, 3);
          const results = part.results.flatMap((row): Result[] => {
            if (!gone.has(row.key)) return [row];
            return failed ? [{ ...buildRow(row.cell, 'failed'), key: row.key }] : [];
          });
          return { ...part, results };
        });
        const { gaps } = mergeRuns(parts, target);
        for (const index of [1, 2, 3]) {
          const expected = [...gone].filter((key) => shardOf(key as string, 3) === index).length;
          const gap = gaps.find((each) => each.shard.index === index);
          expect(failed ? (gap?.failed ?? 0) : (gap?.missing ?? 0)).toBe(expected);
          if (gap !== undefined) expect(gap.status).toBe(failed ? 'failed' : 'interrupted');
        }
      },
    ),
  );
});

test('a missing shard is named, and the merged run is not called finished', () => {
  const whole = wholeRun();
  const merged = mergeRuns([shard(whole, 1, 3), shard(whole, 3, 3)], target);
  expect(merged.manifest.status).toBe('aborted');
  expect(merged.gaps).toMatchObject([
    { model: 'm', shard: { index: 2, count: 3 }, dir: null, status: 'missing' },
  ]);
  expect(merged.gaps.map(gapLine).join()).toContain('m: shard 2/3 is missing');
});

test('of two rows of one cell the finished one counts, then the later one', () => {
  const whole = wholeRun();
  const [first] = whole.results as [Result];
  const again = (row: Partial<Result>): RunData => ({
    ...whole,
    dir: 'reports/again',
    results: [{ ...first, ...row }],
  });
  const kept = (other: RunData) =>
    mergeRuns([whole, other], target).results.find(({ key }) => key === first.key)?.attempts;
  expect(kept(again({ attempts: 9, finishedAt: '2026-01-01T00:00:00.000Z' }))).toBe(9);
  expect(kept(again({ attempts: 9, finishedAt: '2020-01-01T00:00:00.000Z' }))).toBe(1);
  const failed = { ...buildRow(first.cell, 'failed'), key: first.key, attempts: 9 };
  expect(kept(again({ ...failed, finishedAt: '2026-01-01T00:00:00.000Z' }))).toBe(1);
});

test('runs of one config on different models join, each with its own shards', () => {
  const whole = wholeRun();
  const other = wholeRun({
    models: whole.manifest.models.map((model) => ({ ...model, name: 'n', model: 'n' })),
    grids: whole.manifest.grids.map((grid) => ({ ...grid, model: 'n' })),
    identities: { 'n / niah_single': { ...identity, model: { name: 'n' } } },
    config: { ...config, models: [{ name: 'n', maxTokens: 64 }] },
  });
  const merged = mergeRuns([shard(whole, 1, 2), shard(whole, 2, 2), { ...other, dir: 'reports/n' }], target);
  expect(merged.gaps).toEqual([]);
  expect(merged.results).toHaveLength(132);
  expect(merged.manifest.models.map(({ name }) => name)).toEqual(['m', 'n']);
  expect(merged.manifest.config['models']).toEqual([
    { name: 'm', maxTokens: 128 },
    { name: 'n', maxTokens: 64 },
  ]);
});

describe('what does not belong together is refused by name', () => {
  const whole = wholeRun();
  const refused = (other: Partial<Manifest>): string => {
    try {
      mergeRuns(
        [
          shard(whole, 1, 2),
          { ...shard(whole, 2, 2), manifest: { ...shard(whole, 2, 2).manifest, ...other } },
        ],
        target,
      );
    } catch (error) {
      expect(error).toMatchObject({ code: 'results_unusable', exitCode: 3 });
      return (error as Error).message;
    }
    throw new Error('was not refused');
  };

  test.each([
    ['a setting', { config: { ...config, trials: 5 } }, 'trials: 3 → 5'],
    [
      'a seed',
      { identities: { 'm / niah_single': { ...identity, seed: 9 } } },
      'm / niah_single.seed: 7 → 9',
    ],
    [
      'a model behind the name',
      { models: [{ ...whole.manifest.models[0], model: 'x' } as never] },
      'model: m → x',
    ],
    [
      'a model setting',
      { config: { ...config, models: [{ name: 'm', maxTokens: 64 }] } },
      'm.maxTokens: 128 → 64',
    ],
    [
      'another number of shards',
      { shard: { index: 2, count: 4 } },
      'one of 2 shards and reports/s2 one of 4',
    ],
    [
      'an import',
      { imported: { source: 's', format: 'f', title: null, xTitle: null, yTitle: null, note: null } },
      'is an import',
    ],
  ] as const)('%s', (_, other, expected) => {
    const message = refused(other);
    expect(message).toContain(expected);
    expect(message).toContain('reports/s2');
  });

  test('where it is written, how it is called and where it stops make no difference', () => {
    const other: Partial<Manifest> = {
      config: { ...config, output: 'reports/elsewhere', execution: { concurrency: 1 }, budget: { cost: 1 } },
    };
    const part = shard(whole, 2, 2);
    const merged = mergeRuns(
      [shard(whole, 1, 2), { ...part, manifest: { ...part.manifest, ...other } }],
      target,
    );
    expect(merged.gaps).toEqual([]);
  });
});
