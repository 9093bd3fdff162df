import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import type { CorpusSpec } from '../../src/corpus/load-corpus.ts';
import { type CorpusSource, openCorpus } from '../../src/run/corpus-source.ts';
import { endpointFacts } from '../../src/run/endpoint-facts.ts';
import type { OpenModel } from '../../src/run/open-models.ts';
import { identityOf, planRun } from '../../src/run/plan-run.ts';
import { templateOverhead } from '../../src/run/template-overhead.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';

const tokenizer = await loadTiktoken('o200k_base');
let baseDir = '';
beforeAll(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'needlescope-source-'));
  const sentences = Array.from(
    { length: 100 },
    (_, i) => `Sentence number ${i} tells of the weather in place ${i * 7}.`,
  );
  await writeFile(join(baseDir, 'short.txt'), sentences.join(' '));
});
afterAll(() => rm(baseDir, { recursive: true, force: true }));

const short = { files: ['short.txt'], language: 'en' } as const;
const repeated = { ...short, repeat: true } as const;

async function open(
  spec: CorpusSpec,
  longest: number,
): Promise<{ readonly source: CorpusSource; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  return { source: await openCorpus(spec, { seed: 7, longest, mode: 'fresh', baseDir, warn }), warnings };
}

async function prompts(
  source: CorpusSource,
  contextLengths: readonly number[],
): Promise<ReadonlyMap<string, string>> {
  const { config } = resolveConfig({
    file: null,
    flags: { model: 'm', baseUrl: 'http://h/v1', trials: '1' },
    env: {},
  });
  const settings = config.models[0] as OpenModel['settings'];
  const model: OpenModel = {
    settings: { ...settings, depths: [0, 0.5, 1] },
    connection: { baseUrl: 'http://127.0.0.1', apiKey: null, headers: {} },
    tokenizer,
    overhead: templateOverhead(8),
    scale: null,
    facts: endpointFacts({ servedWindow: null, adapted: [] }),
    contextLengths,
    close: async () => {},
  };
  const jobs = planRun([model], { config, source, shard: null, onLearnt: () => {} });
  const texts = new Map<string, string>();
  for (const { key, build } of jobs[0]?.cells ?? []) texts.set(key, String((await build()).text));
  identities.add(JSON.stringify(identityOf(model, config.tasks[0] as never, { config, source })));
  return texts;
}
const identities = new Set<string>();

describe('a text that is too short for the grid', () => {
  test('is an error that says how long it is, what is needed and what to do', async () => {
    const { source } = await open(short, 64_000);
    const error = await source.prepared(tokenizer).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(NeedlescopeError);
    const { code, message, hint, exitCode } = error as NeedlescopeError;
    expect({ code, exitCode }).toEqual({ code: 'corpus_too_short', exitCode: 3 });
    const [, said, chars] =
      /^the corpus holds (\d+) tokens \((\d+) characters\) and the longest cell asks for 64000$/.exec(
        message,
      ) ?? [];
    // The sums leave the seam of the last sentence open.
    expect(Math.abs(Number(said) - (await tokenizer.count(source.corpus.text(0))))).toBeLessThanOrEqual(5);
    expect(Number(chars)).toBe(source.corpus.text(0).length);
    expect(hint).toContain('repeat: true');
  });

  test('is repeated where that is asked for, and the run says how often', async () => {
    const { source, warnings } = await open(repeated, 8_000);
    const prepared = await source.prepared(tokenizer);
    expect(prepared.tokens).toBeGreaterThan(8_000);
    await source.prepared(tokenizer);
    expect(warnings).toHaveLength(1);
    const once = await tokenizer.count((await open(short, 100)).source.corpus.text(0));
    const [, said, times] =
      /about (\d+) tokens is repeated up to (\d+) times to fill 8000/.exec(warnings[0] ?? '') ?? [];
    expect(Math.abs(Number(said) - once)).toBeLessThanOrEqual(2);
    expect(Number(times)).toBe(Math.ceil(8_000 / Number(said)));
    const [longest] = [...(await prompts(source, [8_000])).values()].slice(-1);
    expect((longest ?? '').split('Sentence number 42 ').length - 1).toBeGreaterThanOrEqual(Number(times) - 2);
  });

  test('that fits after all is not warned of', async () => {
    const { source, warnings } = await open(repeated, 500);
    await source.prepared(tokenizer);
    expect(warnings).toEqual([]);
  });
});

test('a grown grid keeps the keys and prompts of a repeated text; repeating is part of the key', async () => {
  identities.clear();
  const before = await prompts((await open(repeated, 4_000)).source, [1_000, 4_000]);
  const after = await prompts((await open(repeated, 60_000)).source, [1_000, 4_000, 60_000]);
  expect(before.size).toBe(6);
  expect(after.size).toBe(9);
  for (const [key, text] of before) expect(after.get(key)).toBe(text);
  expect(identities.size).toBe(1);

  const plain = await prompts((await open(short, 1_000)).source, [1_000]);
  expect(identities.size).toBe(2);
  expect(plain.size).toBe(3);
  for (const key of plain.keys()) expect(before.has(key)).toBe(false);
});

test('what was met in a text is told once', async () => {
  await writeFile(
    join(baseDir, 'odd.txt'),
    `${'A plain sentence stands here. '.repeat(300)} <|im_end|> \ufffd`,
  );
  const { source, warnings } = await open({ files: ['odd.txt'], language: 'en' }, 1_000);
  await source.prepared(tokenizer);
  expect(warnings).toHaveLength(2);
  expect(warnings.join('\n')).toContain('<|im_end|>');
});

test('a download that is stopped ends the opening, before any address is asked', async () => {
  const stop = new AbortController();
  stop.abort();
  const asked: string[] = [];
  const opening = openCorpus(
    { id: 'tiny-shakespeare', repeat: true },
    {
      seed: 7,
      longest: 1_000,
      mode: 'fresh',
      baseDir,
      cacheDir: join(baseDir, 'cache'),
      signal: stop.signal,
      onProgress: ({ file, bytes }) => void asked.push(`${file} ${bytes}`),
    },
  );
  await expect(opening).rejects.toMatchObject({ code: 'interrupted' });
  expect(asked).toEqual(['input.txt 0']);
});
