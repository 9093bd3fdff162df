import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { readRun } from '../../src/results/read-run.ts';
import { workplace } from './in-process.ts';

const { dir, url, needlescope } = workplace();

/** The fields in which a sharded run may differ from an unsharded one. */
function settled({
  startedAt: _s,
  finishedAt: _f,
  attempts: _a,
  costUsd: _c,
  completion,
  ...row
}: Result): unknown {
  if (completion === null) return row;
  const { ttftMs: _t, latencyMs: _l, usage, ...answer } = completion;
  const { cachedTokens: _n, ...counted } = usage;
  return { ...row, completion: { ...answer, usage: counted } };
}

const sorted = (rows: readonly Result[]): unknown[] =>
  [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)).map(settled);

const rowsIn = async (name: string): Promise<readonly Result[]> => (await readRun(join(dir(), name))).results;

beforeAll(async () => {
  const config = {
    version: 1,
    models: [
      { preset: 'known-answer/lost-in-the-middle', baseUrl: url() },
      { preset: 'known-answer/flaky', baseUrl: url(), contextLengths: ['1k'], depths: [0, 100] },
    ],
    contextLengths: ['1k', '5k'],
    depths: { count: 5 },
    trials: 2,
    execution: { maxAttempts: 30 },
    thresholds: ['accuracy >= 0.5'],
  };
  await writeFile(join(dir(), 'c.yaml'), JSON.stringify(config));
  const shards = [1, 2, 3].map((index) =>
    needlescope(['run', 'c.yaml', '--quiet', '--out', `s${index}`, '--shard', `${index}/3`]),
  );
  const ended = await Promise.all([needlescope(['run', 'c.yaml', '--quiet', '--out', 'whole']), ...shards]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
}, 120_000);

describe('shards', () => {
  test('the merged run is the unsharded one, but for times, attempts, costs and caches', async () => {
    const { code, stdout } = await needlescope(['merge', 's3', 's1', 's2', '-o', 'merged']);
    expect([code, stdout]).toEqual([0, 'merged: 24 of 24 cells from 3 runs\n']);
    expect(sorted(await rowsIn('merged'))).toEqual(sorted(await rowsIn('whole')));
    expect((await rowsIn('s1')).length).toBeLessThan(24);
    expect((await needlescope(['check', 'merged'])).code).toBe(0);
  });

  test('without one of them, and after an interruption, it says what is missing and exits 4', async () => {
    const missing = await needlescope(['merge', 's1', 's3', '-o', 'two']);
    expect(missing.code).toBe(4);
    expect(missing.stderr).toContain('shard 2/3 is missing');
    expect((await rowsIn('two')).length).toBeGreaterThan(0);
    const stopped = await needlescope([
      'run',
      'c.yaml',
      '--quiet',
      '--out',
      'cut',
      '--shard',
      '2/3',
      '--max-minutes',
      '0.00001',
    ]);
    expect(stopped.code).toBe(6);
    const cut = await needlescope(['merge', 's1', 'cut', 's3', '-o', 'two', '--json']);
    expect(cut.code).toBe(4);
    expect(cut.stderr).toContain('shard 2/3 in cut was interrupted');
    expect(JSON.parse(cut.stdout)).toMatchObject({ planned: 24, gaps: [{ status: 'interrupted' }, {}] });
  });

  test('a shard of another config is refused with what differs; nothing is written over a run that was asked', async () => {
    await needlescope(['run', 'c.yaml', '--quiet', '--out', 'other', '--shard', '2/3', '--trials', '3']);
    const mixed = await needlescope(['merge', 's1', 'other', 's3', '-o', 'mixed']);
    expect(mixed.code).toBe(3);
    expect(mixed.stderr).toContain('trials: 2 → 3');
    for (const out of ['whole', 's1']) {
      expect((await needlescope(['merge', 's1', 's2', 's3', '-o', out])).code).toBe(3);
    }
  });

  test('GitLab’s parallel jobs are shards without a flag, and a flag wins', async () => {
    const env = { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' };
    const plan = async (args: readonly string[], more: Readonly<Record<string, string>>) =>
      JSON.parse((await needlescope(['plan', 'c.yaml', '--json', ...args], more)).stdout).shard;
    expect(await plan([], env)).toEqual({ index: 2, count: 3 });
    expect(await plan(['--shard', '1/2'], env)).toEqual({ index: 1, count: 2 });
    expect(await plan([], { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '1' })).toBeNull();
    expect(await plan([], {})).toBeNull();
    const wrong = await needlescope(['plan', 'c.yaml'], { CI_NODE_INDEX: '4', CI_NODE_TOTAL: '3' });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('CI_NODE_INDEX')]);
  });
});

describe('rescore', () => {
  test('judges stored answers again, appends what changed, and leaves what the endpoint did', async () => {
    const rows = [...(await rowsIn('whole'))];
    const [first, second] = rows as [Result, Result];
    const cut = { ...second, outcome: 'unscored', reason: 'truncated', flags: [], score: null };
    const wrong = { ...first, score: { ...first.score, value: first.score?.value === 1 ? 0 : 1 } };
    const path = join(dir(), 'whole', 'results.jsonl');
    const before = await readFile(path, 'utf8');
    await writeFile(path, `${before}${JSON.stringify(wrong)}\n${JSON.stringify(cut)}\n`);
    const dry = await needlescope(['rescore', 'whole', '--dry-run', '--json']);
    expect(JSON.parse(dry.stdout)).toMatchObject({ rows: 24, written: false, changed: [{ key: first.key }] });
    expect((await needlescope(['rescore', 'whole'])).stdout).toMatch(/^24 rows scored again, 1 changed/);
    const after = new Map((await rowsIn('whole')).map((row) => [row.key, row]));
    expect(after.get(first.key)).toEqual(first);
    expect(after.get(second.key)?.reason).toBe('truncated');
    expect((await needlescope(['rescore', 'whole'])).stdout).toMatch(/ 0 changed/);
    await writeFile(path, before);
  });
});

describe('baseline', () => {
  test('keeps a whole run under a name, lists and shows it; half a run is none', async () => {
    const saved = await needlescope(['baseline', 'save', 'whole', '--name', 'v1'], { GITHUB_SHA: 'abc' });
    expect([saved.code, saved.stdout]).toEqual([0, 'baselines/v1\n']);
    expect((await needlescope(['baseline', 'save', 'whole', '--name', 'v1'])).code).toBe(0);
    const list = JSON.parse((await needlescope(['baseline', 'list', '--json'])).stdout);
    expect(list).toMatchObject([{ name: 'v1', run: 'whole', cells: 24, simulated: true }]);
    const shown = JSON.parse((await needlescope(['baseline', 'show', 'v1', '--json'])).stdout);
    expect(shown.panels).toMatchObject([{ cells: 20 }, { cells: 4, accuracy: 1 }]);
    const scores = (rows: readonly Result[]) => rows.map(({ key, score }) => [key, score?.value]);
    expect(scores(await rowsIn('baselines/v1'))).toEqual(scores(await rowsIn('whole')));
    expect((await needlescope(['baseline', 'save', 's1', '--name', 'half'])).code).toBe(4);
    expect((await needlescope(['baseline', 'show', 'half'])).code).toBe(3);
    expect((await needlescope(['baseline', 'save', 'whole', '--name', '../up'])).code).toBe(2);
    expect((await needlescope(['baseline', 'keep', 'whole'])).code).toBe(2);
  });
});
