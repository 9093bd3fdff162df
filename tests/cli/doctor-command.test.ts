import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import { startOneModelServer } from '../run/one-model-server.ts';
import { captured } from './captured.ts';

let server: ReferenceServer;
let cwd = '';
beforeAll(async () => {
  server = await startReferenceServer();
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-doctor-'));
});
afterAll(async () => {
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

// The contract gives doctor 30 seconds to name a silent cut: at the longest planned length, and half of it is to spare.
test.each(['truncates-8k', 'halves'])(
  '%s: the cut is named with its fix',
  { timeout: 30_000 },
  async (name) => {
    const args = [
      'doctor',
      '--base-url',
      server.url,
      '--model',
      `known-answer/${name}`,
      '--lengths',
      '1k,16k',
    ];
    const { code, stdout, stderr } = await captured(args, { cwd });
    expect(code, stderr).toBe(5);
    expect(stdout).toMatch(
      /truncation +PROBLEM +prompts are cut in silence: of 15872 tokens the server read \d{4}/,
    );
    expect(stdout).toMatch(/→ .*OLLAMA_CONTEXT_LENGTH.*--lengths up to 8192/);
    expect(stdout).toContain('1 problem, ');
  },
);

test('--json prints the findings and nothing else', async () => {
  const model = ['--model', 'known-answer/window-8k', '--lengths', '1k,2k'];
  const args = ['doctor', '--base-url', server.url, ...model, '--json', '--quiet'];
  const { code, stdout, stderr } = await captured(args, { cwd });
  expect([code, stderr]).toEqual([0, '']);
  const { models, disk, exit } = JSON.parse(stdout);
  expect(exit).toBe(0);
  expect(disk).toMatchObject({ check: 'disk', severity: 'ok' });
  expect(models[0].findings.map(({ check }: { check: string }) => check)).toEqual(
    'reach key model window tokenizer template usage streaming ttft thinking truncation cache clock'.split(
      ' ',
    ),
  );
  expect(models[0].windows).toEqual({ claimed: 128_000, served: 8_192 });
});

test.each([
  [['--model', 'm'], 'expected the address of an endpoint'],
  [['--base-url', 'http://127.0.0.1:9/v1', '--model', 'm', '--timeout', 'soon'], '--timeout'],
])('doctor %j is a mistake of usage', async (args, words) => {
  const { code, stderr } = await captured(['doctor', ...args], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test('without any configuration: one model is served, and it is found, planned up to its window and run', async () => {
  const one = await startOneModelServer({ id: 'tiny', profile: 'window-8k' });
  try {
    const run = [
      'run',
      '--base-url',
      one.url,
      '--out',
      'out',
      '--depths',
      '0,100',
      '--trials',
      '1',
      '--json',
    ];
    const { code, stdout, stderr } = await captured(run, { cwd });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ scored: 8, failed: 0 });
    expect(stderr).toContain('8 of 8 cells to ask');
    expect(stderr).toContain('preview only');
    const { manifest, results } = await readRun(join(cwd, 'out'));
    expect(manifest.models).toMatchObject([
      { name: 'tiny', model: 'tiny', windows: { served: 8_192 }, tokenizer: { exact: true } },
    ]);
    expect(manifest.grids[0]?.contextLengths).toEqual([1_000, 2_000, 4_000, 8_000]);
    for (const { completion, sample } of results)
      expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
  } finally {
    await one.close();
  }
});

test('without any configuration, and several models served: they are listed', async () => {
  const { code, stderr } = await captured(['run', '--base-url', server.url, '--out', 'several'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/serves \d+ models: known-answer\/perfect, /);
  expect(stderr).toContain('--model known-answer/perfect');
});
