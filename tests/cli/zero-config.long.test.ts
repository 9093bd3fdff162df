import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import { startOneModelServer } from '../run/one-model-server.ts';
import { captured } from './captured.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-zero-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test('without any configuration: one model is served, and it is found, planned up to its window and run', async () => {
  const one = await startOneModelServer({ id: 'tiny', profile: 'window-8k' });
  try {
    const run = ['run', '--base-url', one.url, '--out', 'out', '--json'];
    const { code, stdout, stderr } = await captured(run, { cwd });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ scored: 132, failed: 0 });
    expect(stderr).toContain('132 of 132 cells to ask');
    expect(stderr).not.toContain('preview');
    const { manifest, results } = await readRun(join(cwd, 'out'));
    expect(manifest.models).toMatchObject([
      { name: 'tiny', model: 'tiny', windows: { served: 8_192 }, tokenizer: { exact: true } },
    ]);
    expect(manifest.grids[0]).toMatchObject({ contextLengths: [1_000, 2_000, 4_000, 8_000], trials: 3 });
    expect(manifest.grids[0]?.depths).toHaveLength(11);
    for (const { completion, sample } of results)
      expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
  } finally {
    await one.close();
  }
});

test('without any configuration, and several models served: they are listed', async () => {
  const server = await startReferenceServer();
  const { code, stderr } = await captured(['run', '--base-url', server.url, '--out', 'several'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/serves \d+ models: known-answer\/perfect, /);
  expect(stderr).toContain('--model known-answer/perfect');
  await server.close();
});
