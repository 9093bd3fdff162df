import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import { rebuildPrompt } from '../../src/run/rebuild-prompt.ts';
import { resolveTokenizer, type TokenizerRequest, tokenizerNames } from '../../src/run/resolve-tokenizer.ts';
import { runNeedles } from '../../src/run/run.ts';
import { rankFile, tokenizerJson } from '../tokenizer/made-files.ts';

let dir = '';
let json = '';
let ranks = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-resolve-'));
  json = await tokenizerJson(dir, { kind: 'gpt2', size: 2_000 });
  ranks = await rankFile(join(dir, 'small.tiktoken'), 2_000);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A request that no server can answer: whatever resolves here did so without one. */
const resolve = (spec: TokenizerRequest['spec'], baseDir = dir) =>
  resolveTokenizer({
    spec,
    baseDir,
    model: 'my-model',
    baseUrl: 'http://127.0.0.1:9',
    apiKey: null,
    headers: {},
    timeoutSeconds: 1,
    messages: null,
    probe: null,
  });

describe('a file', () => {
  test.each<[string, TokenizerRequest['spec']]>([
    ['{huggingface: file}', { huggingface: 'gpt2/tokenizer.json' }],
    ['{huggingface: folder}', { huggingface: 'gpt2' }],
    ['a path that ends in .json', 'gpt2/tokenizer.json'],
    ['the name of a folder', 'gpt2'],
    ['a folder behind a dot', './gpt2'],
  ])('%s is a tokenizer.json', async (_, spec) => {
    const { tokenizer, templateOverhead, warning } = await resolve(spec);
    expect(tokenizer).toMatchObject({ exact: true, splitRule: 'gpt2' });
    expect(tokenizer.id).toMatch(/^tokenizer\.json:[0-9a-f]{12}$/);
    expect([templateOverhead, warning]).toEqual([null, null]);
  });

  test('{tiktoken: file, pattern: name} is a rank file', async () => {
    const { tokenizer } = await resolve({ tiktoken: 'small.tiktoken', pattern: 'qwen2' });
    expect(tokenizer.id).toMatch(/^tiktoken:[0-9a-f]{12}:qwen2$/);
    expect((await resolve({ tiktoken: ranks, pattern: 'qwen2' }, '/')).tokenizer).toBe(tokenizer);
  });

  test.each(['small.tiktoken', 'other.model'])('%s is one too, by its ending', async (name) => {
    if (name !== 'small.tiktoken') await copyFile(ranks, join(dir, name));
    // Read as a rank file: of 2,000 ranks nobody knows how they split.
    await expect(resolve(name)).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringContaining('2000 ranks'),
    });
  });

  test('that tiktoken cannot run is told as slow, with why', async () => {
    await tokenizerJson(dir, { kind: 'sentencepiece' });
    const { tokenizer, warning } = await resolve('sentencepiece');
    expect(tokenizer.exact).toBe(true);
    expect(warning).toMatch(/my-model: .*normalizer/);
  });

  test.each<[string, TokenizerRequest['spec']]>([
    ['nowhere/tokenizer.json', { huggingface: 'nowhere/tokenizer.json' }],
    ['nowhere.model', { tiktoken: 'nowhere.model' }],
    ['maker/its-model', 'maker/its-model'],
    ['nowhere.json', 'nowhere.json'],
  ])('that is not there is told with its path and how to get it: %s', async (path, spec) => {
    await expect(resolve(spec)).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringContaining(join(dir, path)),
      hint: expect.stringContaining('hf download'),
    });
  });

  test('is named where a folder holds a rank file only', async () => {
    await mkdir(join(dir, 'ranks-only'));
    await copyFile(ranks, join(dir, 'ranks-only', 'qwen.tiktoken'));
    await expect(resolve('ranks-only')).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      hint: expect.stringContaining(join(dir, 'ranks-only', 'qwen.tiktoken')),
    });
    await mkdir(join(dir, 'empty'));
    await expect(resolve('empty')).rejects.toMatchObject({ hint: expect.stringContaining('hf download') });
  });
});

test('names stay names, and an unknown one suggests the nearest', async () => {
  expect((await resolve('cl100k_base')).tokenizer.id).toBe('cl100k_base');
  await expect(resolve('o200k_bas')).rejects.toMatchObject({
    code: 'unknown_name',
    hint: 'did you mean o200k_base?',
  });
  expect(Object.keys(tokenizerNames)).toEqual(expect.arrayContaining(['o200k_base', '{huggingface: path}']));
});

test('a path in the config starts at the config, one of a flag where the command stands', () => {
  const config = (tokenizer: string) =>
    parseConfig(
      `version: 1\nmodels: [{model: m, baseUrl: "http://127.0.0.1:9", tokenizer: ${tokenizer}}]\n`,
      {
        path: 'bench/run.yaml',
        dir: 'bench',
      },
    );
  const file = config('{huggingface: gpt2/tokenizer.json}');
  expect(resolveConfig({ file, flags: {}, env: {} }).tokenizerDir).toBe('bench');
  const flagged = resolveConfig({ file, flags: { tokenizer: './gpt2' }, env: {} });
  expect(flagged.tokenizerDir).toBe('.');
  expect(flagged.config.models[0]?.tokenizer).toBe('./gpt2');
});

describe('a run that was counted by a file', () => {
  let server: ReferenceServer;
  beforeAll(async () => {
    server = await startReferenceServer({ seed: 3 });
  });
  afterAll(() => server.close());

  test('keeps its prompts, which are made again from the manifest and the file, and from no other', async () => {
    const bench = join(dir, 'bench');
    await mkdir(bench);
    await copyFile(json, join(bench, 'tokenizer.json'));
    const file = parseConfig(
      [
        'version: 1',
        `models: [{model: known-answer/perfect, baseUrl: "${server.url}", tokenizer: {huggingface: tokenizer.json}}]`,
        'contextLengths: [1k]',
        'depths: [0, 60]',
        'trials: 1',
      ].join('\n'),
      { path: join(bench, 'run.yaml'), dir: bench },
    );
    const resolution = resolveConfig({ file, flags: {}, env: {} });
    const connections = new Map(
      [...resolution.connections].map(([name, found]) => [name, { ...found, baseUrl: server.url }]),
    );
    const out = join(dir, 'run');
    const never = new AbortController().signal;
    const summary = await runNeedles({
      resolution,
      connections,
      dir: out,
      baseDir: dir,
      tokenizerDir: resolution.tokenizerDir,
      toolVersion: '0.0.0',
      onEvent: () => {},
      stop: never,
      abort: never,
    });
    expect(summary).toMatchObject({ planned: 2, failed: 0, missing: 0 });
    const { manifest, results } = await readRun(out);
    const id = manifest.models[0]?.tokenizer?.id ?? '';
    expect(id).toMatch(/^tokenizer\.json:[0-9a-f]{12}$/);
    const row = results.at(-1);
    if (row === undefined) throw new Error('no row');
    const again = { manifest, row, baseDir: bench, baseUrl: null };
    const built = await rebuildPrompt(again);
    expect(built.sample.promptSha256).toBe(row.sample.promptSha256);

    // The same tokenizer, but for a byte that means nothing: its id is another one.
    await writeFile(join(bench, 'tokenizer.json'), '\n', { flag: 'a' });
    await expect(rebuildPrompt(again)).rejects.toMatchObject({
      code: 'results_unusable',
      message: expect.stringMatching(new RegExp(`${id}.*tokenizer\\.json:(?!${id.slice(-12)})[0-9a-f]{12}`)),
    });
    await rm(join(bench, 'tokenizer.json'));
    await expect(rebuildPrompt(again)).rejects.toMatchObject({ code: 'tokenizer_unusable' });
  });
});
