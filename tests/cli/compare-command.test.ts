import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/analysis/comparison.ts';
import { runCli } from '../../src/cli/cli.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import { buildRun, type RunPlan } from '../analysis/build-run.ts';
import { fakeTerminal } from './fake-terminal.ts';

let cwd: string;
let server: ReferenceServer;
let answered = 0;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-compare-'));
  server = await startReferenceServer({ port: 0, log: () => void answered++ });
});

afterAll(async () => {
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

async function cli(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const { context, written } = fakeTerminal();
  const stdout = { write: (text: string) => void out.push(text), isTTY: false, columns: 80 };
  const code = await runCli({ ...context, argv, cwd, cacheDir: join(cwd, '.cache'), stdout });
  return { code, out: out.join(''), err: written.join('') };
}

/** Writes a run of one length, three depths and twenty trials under `name`. */
async function save(
  name: string,
  outcome: RunPlan['outcome'],
  change: (run: RunData) => RunData = (run) => run,
): Promise<string> {
  const { manifest, results } = change(
    buildRun({ contextLengths: [8_000], depths: [0, 0.5, 1], trials: 20, outcome }),
  );
  const folder = await openRunFolder(join(cwd, name));
  await folder.writeManifest({ ...manifest, run: name });
  for (const row of results) await folder.append(row);
  await folder.close();
  return name;
}

describe('the exit code of a gate', () => {
  test('a proven regression is 5 with --gate and 0 without; the JSON is the whole comparison', async () => {
    const base = await save('good', () => 1);
    const worse = await save('worse', ({ depth }) => (depth === 1 ? 0 : 1));
    const shown = await cli('compare', base, worse);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('REGRESSION');
    expect(shown.out).toContain('20 lost, 0 won of 60 pairs');
    const gated = await cli('compare', base, worse, '--gate', '--json');
    expect(gated.code).toBe(5);
    const comparison = JSON.parse(gated.out) as Comparison;
    expect(comparison).toMatchObject({ v: 1, verdict: 'regression', pairs: 60, confirmation: null });
    expect((await cli('compare', base, worse, '--gate', '--tolerance', '60%')).code).toBe(0);
    expect((await cli('compare', worse, base, '--gate')).code).toBe(0);
  });

  test('an inconclusive comparison is 0, and 5 where --strict', async () => {
    const base = await save('good-too', () => 1);
    const other = await save('wobbly', ({ depth, trial }) => (depth === 1 && trial < 3 ? 0 : 1));
    expect((await cli('compare', base, other, '--gate')).code).toBe(0);
    const strict = await cli('compare', base, other, '--gate', '--strict');
    expect([strict.code, strict.out]).toEqual([5, expect.stringContaining('more trial')]);
    expect((await cli('compare', base, base, '--gate', '--strict', '--tolerance', '0.06')).code).toBe(0);
  });

  test('too few pairs are 4, no pair is 3 and names lengthBy, a bad flag is 2', async () => {
    const base = await save('whole', () => 1);
    const broken = await save('broken', ({ depth }) => (depth === 1 ? 'failed' : 0));
    expect((await cli('compare', base, broken, '--gate')).code).toBe(4);
    const other = await save(
      'other',
      () => 1,
      (run) => ({ ...run, results: run.results.map((row) => ({ ...row, promptKey: row.key })) }),
    );
    const apart = await cli('compare', base, other);
    expect([apart.code, apart.err]).toEqual([3, expect.stringContaining('lengthBy')]);
    expect((await cli('compare', base, broken, '--tolerance', 'little')).code).toBe(2);
    expect((await cli('compare', base, broken, '--strict')).code).toBe(2);
    expect((await cli('compare', base, join(cwd, 'nowhere'))).code).toBe(3);
  });
});

describe('--confirm', () => {
  const grid = ['--lengths', '8k', '--depths', '40,50,60', '--trials', '4', '--tokenizer', 'o200k_base'];
  const ask = (model: string, out: string) =>
    cli(
      'run',
      '--model',
      model,
      '--base-url',
      `${server.url}`,
      ...grid,
      '--seed',
      '7',
      '--out',
      out,
      '--quiet',
    );

  test('asks what seems worse again, with fresh trials, and calls it a regression only if it is so there', async () => {
    await writeFile(
      join(cwd, 'candidate.yaml'),
      `version: 1\nmodels:\n  - model: known-answer/lost-in-the-middle\n    baseUrl: ${server.url}\n`,
    );
    expect((await ask('known-answer/perfect', 'before')).code).toBe(0);
    expect((await ask('known-answer/lost-in-the-middle', 'after')).code).toBe(0);
    const asked = answered;
    const real = await cli(
      'compare',
      'before',
      'after',
      '--gate',
      '--confirm',
      '--config',
      'candidate.yaml',
      '--json',
    );
    expect([real.code, answered - asked]).toEqual([5, 12]);
    expect((JSON.parse(real.out) as Comparison).confirmation).toMatchObject([
      { asked: 12, failed: 0, candidate: 0, confirmed: true },
    ]);
    // The same command again finds the fresh trials on disk.
    const again = await cli(
      'compare',
      'before',
      'after',
      '--gate',
      '--confirm',
      '--base-url',
      server.url,
      '--json',
    );
    expect([again.out, answered - asked]).toEqual([real.out, 12]);
  }, 60_000);

  test('a model that answers well when asked again has not got worse', async () => {
    const unlucky = await cli(
      'run',
      '--model',
      'known-answer/perfect',
      '--base-url',
      server.url,
      ...grid,
      '--out',
      'lucky',
      '--quiet',
    );
    expect(unlucky.code).toBe(0);
    const { readRun } = await import('../../src/results/read-run.ts');
    const run = await readRun(join(cwd, 'lucky'));
    const folder = await openRunFolder(join(cwd, 'unlucky'));
    await folder.writeManifest({ ...run.manifest, run: 'unlucky' });
    for (const row of run.results) {
      await folder.append({ ...row, score: row.score === null ? null : { ...row.score, value: 0 } });
    }
    await folder.close();
    const seen = await cli('compare', 'lucky', 'unlucky', '--gate', '--confirm', '--base-url', server.url);
    expect([seen.code, seen.out]).toEqual([0, expect.stringContaining('not confirmed')]);
    expect(seen.err).toContain('with fresh trials');
  }, 60_000);
});
