import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import type { Result } from '../../src/core/result.ts';
import { readRun } from '../../src/results/read-run.ts';
import { workplace } from './in-process.ts';

const { dir, url, needlescope } = workplace();
const at = (name: string): string => join(dir(), name);
const rowsIn = async (name: string): Promise<Map<string, Result>> =>
  new Map((await readRun(at(name))).results.map((row) => [row.key, row]));
const linesIn = async (name: string): Promise<string[]> =>
  (await readFile(at(name), 'utf8')).split('\n').filter((line) => line !== '');

beforeAll(async () => {
  const config = {
    version: 1,
    models: [{ preset: 'known-answer/perfect', baseUrl: url(), name: 'served' }],
    contextLengths: ['1k', '5k'],
    depths: { count: 3 },
    trials: 2,
    prompt: { system: 'Be brief.' },
  };
  await writeFile(at('c.yaml'), JSON.stringify(config));
  const made = await needlescope(['export', 'c.yaml', '--to', 'pack', '-o', 'p.jsonl']);
  expect([made.code, made.stdout, made.stderr]).toEqual([0, '', '12 prompts in p.jsonl\n']);
});

/** The flags of a run on a profile, under one name. */
const on = (profile: string): string[] => ['--base-url', url(), '--model', `known-answer/${profile}`];

describe('a pack', () => {
  test('asks the very prompts of the run it was made for: same keys, same answers', async () => {
    expect((await needlescope(['run', 'c.yaml', '--quiet', '--out', 'live'])).code).toBe(0);
    const packed = await needlescope(['run', 'c.yaml', '--quiet', '--pack', 'p.jsonl', '--out', 'packed']);
    expect(packed.code).toBe(0);
    const [live, frozen] = [await rowsIn('live'), await rowsIn('packed')];
    expect([...frozen.keys()].sort()).toEqual([...live.keys()].sort());
    for (const [key, { promptKey, sample, score }] of frozen)
      expect(live.get(key)).toMatchObject({ promptKey, sample, score });
    const { manifest } = await readRun(at('packed'));
    expect(manifest.pack).toBe(JSON.parse((await linesIn('p.jsonl')).at(-1) as string).end.sha256);
  });

  test('is asked of another model without a config, and pairs cell by cell', async () => {
    const ran = await needlescope([
      'run',
      ...on('lost-in-the-middle'),
      '--quiet',
      '--pack',
      'p.jsonl',
      '--out',
      'other',
    ]);
    expect(ran.code).toBe(0);
    const prompts = (rows: Map<string, Result>) =>
      [...rows.values()].map(({ promptKey }) => promptKey).sort();
    expect(prompts(await rowsIn('other'))).toEqual(prompts(await rowsIn('packed')));
    const values = [...(await rowsIn('other')).values()].map(({ score }) => score?.value);
    expect(values.filter((value) => value === 0)).toHaveLength(2);
  });

  test('is shared out and merged like any run', async () => {
    for (const index of [1, 2]) {
      const args = [
        'run',
        'c.yaml',
        '--quiet',
        '--pack',
        'p.jsonl',
        '--shard',
        `${index}/2`,
        '--out',
        `k${index}`,
      ];
      expect((await needlescope(args)).code).toBe(0);
    }
    expect((await needlescope(['merge', 'k1', 'k2', '-o', 'k'])).stdout).toContain('12 of 12 cells');
  });

  test('that was changed anywhere, torn, or is none, is refused with its place', async () => {
    const lines = await linesIn('p.jsonl');
    const text = lines[3] as string;
    const refused = async (content: string): Promise<string> => {
      await writeFile(at('bad.jsonl'), content);
      const ran = await needlescope(['run', 'c.yaml', '--quiet', '--pack', 'bad.jsonl', '--out', 'bad']);
      expect(ran.code).toBe(3);
      return ran.stderr;
    };
    const join = (changed: readonly string[]): string => `${changed.join('\n')}\n`;
    const prompt = JSON.parse(text);
    prompt.messages[1].content = prompt.messages[1].content.replace('a', 'e');
    expect(await refused(join(lines.with(3, JSON.stringify(prompt))))).toContain(
      'bad.jsonl:4: the prompt was changed',
    );
    const target = JSON.parse(text);
    target.sample.target = ['0000000'];
    expect(await refused(join(lines.with(3, JSON.stringify(target))))).toContain(
      'changed after it was written',
    );
    expect(await refused(join(lines.toSpliced(3, 1)))).toContain('12 prompts were, 11 prompts are here');
    expect(await refused(join(lines.slice(0, 5)))).toContain('the pack is torn');
    expect(await refused(`${join(lines.slice(0, 3))}{"cell`)).toContain('bad.jsonl:4');
    const sealed = (changed: readonly string[]): string => {
      const end = { prompts: changed.length - 1, sha256: sha256(join(changed)) };
      return join([...changed, JSON.stringify({ end })]);
    };
    const [header, ...prompts] = lines.slice(0, -1) as [string, ...string[]];
    expect(await refused(sealed([header, text, text]))).toContain('expected one prompt a place');
    expect(
      await refused(sealed([header, ...prompts.map((line) => line.replace('niah_single', 'x'))])),
    ).toContain('got one of x');
    expect(await refused(sealed([header.replaceAll('niah_single', 'y'), ...prompts]))).toContain(
      'bad.jsonl:1: config',
    );
    expect(await refused('')).toContain('empty');
    expect(await refused('{"a":1}\n')).toContain('bad.jsonl:1: pack');
    expect((await needlescope(['run', 'c.yaml', '--pack', 'nothing.jsonl'])).code).toBe(3);
  });

  test('takes no wish about what it has decided', async () => {
    for (const flag of [
      ['--lengths', '1k'],
      ['--seed', '3'],
      ['--task', 'niah_single'],
    ]) {
      const ran = await needlescope(['run', 'c.yaml', '--pack', 'p.jsonl', ...flag]);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`${flag[0]}: the prompts of`)]);
    }
  });

  test('holds one model’s prompts', async () => {
    const models = [{ preset: 'known-answer/perfect' }, { preset: 'known-answer/fades' }];
    await writeFile(
      at('two.yaml'),
      JSON.stringify({ version: 1, models, contextLengths: ['1k'], trials: 1 }),
    );
    const two = await needlescope(['export', 'two.yaml', '--to', 'pack']);
    expect([two.code, two.stdout]).toEqual([2, '']);
    const one = await needlescope(['export', 'two.yaml', '--to', 'pack', '--model', 'known-answer/fades']);
    expect(one.code).toBe(0);
  });
});

describe('export', () => {
  test('writes batch requests by result key, in the words of each server', async () => {
    await needlescope(['run', 'c.yaml', '--quiet', '--out', 'keys', '--shard', '1/2']);
    for (const [form, field] of [
      ['openai-batch', 'max_completion_tokens'],
      ['vllm-batch', 'max_tokens'],
    ] as const) {
      const { stdout } = await needlescope(['export', 'c.yaml', '--to', form, '--shard', '1/2']);
      const requests = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(requests.map(({ custom_id }) => custom_id).sort()).toEqual(
        [...(await rowsIn('keys')).keys()].sort(),
      );
      for (const { method, url: path, body } of requests) {
        expect([method, path]).toEqual(['POST', '/v1/chat/completions']);
        expect(body).toMatchObject({ model: 'known-answer/perfect', [field]: 128, temperature: 0 });
        expect(body).not.toHaveProperty('stream');
        expect(body.messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user']);
      }
    }
  });

  test('writes a dataset whose texts have the hashes of the run', async () => {
    const { stdout } = await needlescope(['export', 'c.yaml', '--to', 'dataset']);
    const items = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items).toHaveLength(12);
    for (const { input, target, metadata } of items) {
      const text = input.map(({ content }: { content: string }) => content).join('\n\n');
      expect(sha256(text)).toBe(metadata.promptSha256);
      expect(text).toContain(target[0]);
    }
  });

  test('says what it cannot do without the endpoint', async () => {
    const counted = await needlescope([
      'export',
      '--to',
      'dataset',
      ...on('perfect'),
      '--tokenizer',
      'server',
      '--lengths',
      '1k',
    ]);
    expect([counted.code, counted.stderr]).toEqual([2, expect.stringContaining('needs no endpoint')]);
    expect((await needlescope(['export', 'c.yaml', '--to', 'batch'])).stderr).toContain('openai-batch');
    expect((await needlescope(['export', 'c.yaml', '--to', 'dataset', '-o', 'no/such/x'])).code).toBe(3);
  });
});
