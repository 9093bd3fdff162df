import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { patterns } from '../../src/tokenizer/patterns.ts';
import { loadRankFile } from '../../src/tokenizer/rank-file.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { llamaStyleRankFile, qwenStyleRankFile, rankFile, ranksOf } from './made-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-ranks-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const digestOf = async (path: string): Promise<string> => sha256(await readFile(path)).slice(0, 12);

test('a file of Llama 3: its size says how it splits, and nothing is composed', async () => {
  const path = await llamaStyleRankFile(dir);
  const tokenizer = await loadRankFile(path, null);
  expect(tokenizer).toMatchObject({
    id: `tiktoken:${await digestOf(path)}:llama3`,
    exact: true,
    splitRule: 'split-regex',
  });
  expect(tokenizer.count(' 123456')).toBe(3);
  expect(tokenizer.count('caf\u00e9')).not.toBe(tokenizer.count('cafe\u0301'));
  expect(tokenizer.count('<|begin_of_text|>')).toBeGreaterThan(4);
});

test('a file of Qwen: every digit alone, and composed first', async () => {
  const path = await qwenStyleRankFile(dir);
  const tokenizer = await loadRankFile(path, null);
  expect(tokenizer).toMatchObject({ id: `tiktoken:${await digestOf(path)}:qwen2`, splitRule: 'split-regex' });
  expect(tokenizer.count(' 123456')).toBe(7);
  expect(tokenizer.count('caf\u00e9')).toBe(tokenizer.count('cafe\u0301'));
});

test("the ranks of an encoding give the encoding's tokens", async () => {
  const path = await rankFile(join(dir, 'cl100k.tiktoken'), 100_256);
  const [tokenizer, known] = await Promise.all([loadRankFile(path, null), loadTiktoken('cl100k_base')]);
  expect(tokenizer.id).toMatch(/:cl100k$/);
  for (const text of [
    'The harbour was quiet.\n\n海边的灯塔。',
    'x = {"a": 1234};\r\n\tcafe\u0301 🙂\u0000',
  ]) {
    expect(tokenizer.tokenBytes(text)).toEqual(known.tokenBytes(text));
  }
});

describe('the pattern', () => {
  let path = '';
  beforeAll(async () => {
    path = await rankFile(join(dir, 'small.tiktoken'), 2_000);
  });

  test('by name', async () => {
    const tokenizer = await loadRankFile(path, 'gpt2');
    expect(tokenizer).toMatchObject({ id: `tiktoken:${await digestOf(path)}:gpt2`, splitRule: 'gpt2' });
    expect(await loadRankFile(path, 'gpt2')).toBe(tokenizer);
  });

  test('as an expression that is known: its rule, and nothing composed', async () => {
    const regex = patterns.qwen2.regex;
    const tokenizer = await loadRankFile(path, regex);
    expect(tokenizer).toMatchObject({
      id: `tiktoken:${await digestOf(path)}:${sha256(regex).slice(0, 8)}`,
      splitRule: 'split-regex',
    });
    expect(tokenizer.count('caf\u00e9')).not.toBe(tokenizer.count('cafe\u0301'));
    expect((await loadRankFile(path, 'qwen2')).count('cafe\u0301')).toBe(tokenizer.count('caf\u00e9'));
  });

  test('as an expression of their own: no promise where counts add up', async () => {
    const tokenizer = await loadRankFile(path, '\\S+|\\s+');
    expect(tokenizer.splitRule).toBe('none');
    expect(tokenizer.count('  ')).toBe(1);
  });

  test('misspelt', async () => {
    await expect(loadRankFile(path, 'lama3')).rejects.toMatchObject({
      code: 'unknown_name',
      message: expect.stringContaining('"lama3"'),
      hint: 'did you mean llama3?',
    });
  });

  test('absent, where the size says nothing', async () => {
    await expect(loadRankFile(path, null)).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringMatching(/small\.tiktoken: expected .*128000 of llama3.*got 2000 ranks/s),
      hint: expect.stringContaining('pattern: llama3'),
    });
  });

  test('no two names claim one size', () => {
    const sizes = Object.values(patterns).flatMap(({ ranks }) => (ranks === null ? [] : [ranks]));
    expect(sizes.length).toBeGreaterThan(5);
    expect(new Set(sizes).size).toBe(sizes.length);
  });
});

describe('the order of the lines', () => {
  test('does not matter, and ranks may have gaps', async () => {
    const ranks = (await ranksOf('cl100k_base')).slice(0, 300);
    const inOrder = join(dir, 'in-order.tiktoken');
    const gaps = join(dir, 'gaps.tiktoken');
    const line = (token: string, rank: number): string => `${token} ${rank < 280 ? rank : rank + 1_000}`;
    await writeFile(inOrder, ranks.map((token, rank) => `${token} ${rank}`).join('\r\n'));
    await writeFile(gaps, `${ranks.map(line).reverse().join('\n')}\n\n`);
    const [one, other] = [await loadRankFile(inOrder, 'cl100k'), await loadRankFile(gaps, 'cl100k')];
    const text = 'an inn in the rain, then an end to it';
    expect(one.count(text)).toBeLessThan(text.length);
    expect(other.tokenBytes(text)).toEqual(one.tokenBytes(text));
  });
});

describe('files that are none', () => {
  const lines = async (): Promise<string[]> =>
    (await ranksOf('cl100k_base')).slice(0, 260).map((token, rank) => `${token} ${rank}`);
  const cases: [string, (good: string[]) => string | Buffer, string, string][] = [
    ['bad base64', (good) => good.with(7, 'I@== 7').join('\n'), 'bad base64 in line 8', 'damaged'],
    ['base64 cut short', (good) => good.with(7, 'IQ= 7').join('\n'), 'bad base64 in line 8', 'damaged'],
    ['a line cut short', (good) => `${good.join('\n')}\nIHQ`, 'no base64 with a rank in line 261', 'damaged'],
    [
      'a missing rank',
      (good) => good.with(3, 'JA== ').join('\n'),
      'no base64 with a rank in line 4',
      'damaged',
    ],
    [
      'a rank below 0',
      (good) => good.with(3, 'JA== -3').join('\n'),
      'no base64 with a rank in line 4',
      'damaged',
    ],
    [
      'a rank too large',
      (good) => good.with(3, 'JA== 4000000000').join('\n'),
      'rank 4000000000 in line 4',
      'damaged',
    ],
    ['a rank twice', (good) => [...good, 'YWJj 5'].join('\n'), 'rank 5 a second time in line 261', 'damaged'],
    [
      'a token twice',
      (good) => [...good, 'IQ== 900'].join('\n'),
      'a token for the second time in line 261',
      'damaged',
    ],
    ['a byte missing', (good) => good.slice(1).join('\n'), 'none for byte 33', 'damaged'],
    [
      'a SentencePiece model',
      () => Buffer.concat([Buffer.from('\n\x0e\n\x05<unk>\x15'), Buffer.alloc(4), Buffer.from('\x18\x02\n')]),
      'a binary file',
      'tokenizer.json',
    ],
    ['a tokenizer.json', () => '{"model": {"vocab": {}}}', 'JSON', '{huggingface: path}'],
    [
      'a Git LFS pointer',
      () => 'version https://git-lfs.github.com/spec/v1\nsize 2183982\n',
      'Git LFS',
      'git lfs pull',
    ],
  ];
  test.each(cases)('%s', async (name, content, got, hint) => {
    const path = join(dir, `${name.replaceAll(' ', '-')}.tiktoken`);
    await writeFile(path, content(await lines()));
    await expect(loadRankFile(path, 'cl100k')).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringMatching(
        new RegExp(`^${path.replaceAll('.', '\\.')}: expected .*got .*${got}`, 's'),
      ),
      hint: expect.stringContaining(hint),
    });
  });

  test('the lines they are made from are good', async () => {
    const path = join(dir, 'good.tiktoken');
    await writeFile(path, (await lines()).join('\n'));
    expect((await loadRankFile(path, 'cl100k')).count('!"')).toBe(2);
  });
});
