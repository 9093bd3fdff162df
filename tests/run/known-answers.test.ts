import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { isRecovered, recoveries } from '../../src/run/known-answers.ts';
import { buildRun, type Outcome } from '../analysis/build-run.ts';

/** A run on the profile `lost-in-the-middle` whose cells came to what `outcome` says. */
function runOf(outcome: (length: number, depth: number) => Outcome): RunData {
  const built = buildRun({
    contextLengths: [1_000, 8_000],
    depths: [0, 0.5, 1],
    trials: 1,
    outcome: ({ contextLength, depth }) => outcome(contextLength, depth),
  });
  const models = built.manifest.models.map((model) => ({
    ...model,
    model: 'known-answer/lost-in-the-middle',
  }));
  const results = built.results.map(
    (row): Result => ({
      ...row,
      sample: {
        ...row.sample,
        promptTokens: row.cell.contextLength - 128,
        needles: [{ requestedDepth: row.cell.depth, depth: row.cell.depth, tokenOffset: 0 }],
      },
    }),
  );
  return { ...built, manifest: { ...built.manifest, models }, results };
}

const planted = (length: number, depth: number): Outcome => (length === 8_000 && depth === 0.5 ? 0 : 1);

describe('a planted profile', () => {
  test('is recovered where every cell came to what was planted', () => {
    const [found, ...others] = recoveries(runOf(planted));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ profile: 'lost-in-the-middle', cells: 6, recovered: 6, differences: [] });
    expect([found?.planted, found?.measured]).toEqual([5 / 6, 5 / 6]);
    expect(found !== undefined && isRecovered(found)).toBe(true);
  });

  test.each<[string, (length: number, depth: number) => Outcome, string]>([
    [
      'a miss where it sees',
      (l, d) => (l === 1_000 && d === 0 ? 0 : planted(l, d)),
      'planted found, got missed',
    ],
    ['a hit where it is blind', () => 1, 'planted missed, got found'],
    ['an answer cut by the server', (l, d) => (l === 1_000 ? 'truncated' : planted(l, d)), 'got truncated'],
    ['a call that failed', (l, d) => (d === 1 ? 'failed' : planted(l, d)), 'planted found, got http_500'],
    ['a cell without a row', (l, d) => (d === 1 ? 'missing' : planted(l, d)), '2 cells have no row'],
  ])('is not recovered with %s', (_, outcome, expected) => {
    const [found] = recoveries(runOf(outcome));
    expect(found !== undefined && isRecovered(found)).toBe(false);
    expect(found?.differences.join('\n')).toContain(expected);
  });

  test('is not recovered by a run without cells', () => {
    const run = runOf(planted);
    const [found] = recoveries({ ...run, manifest: { ...run.manifest, grids: [] }, results: [] });
    expect(found !== undefined && isRecovered(found)).toBe(false);
  });
});
