import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { patterns } from '../../src/tokenizer/patterns.ts';
import {
  createTiktoken,
  loadTiktoken,
  type TiktokenTokenizer,
  tiktokenEncodings,
} from '../../src/tokenizer/tiktoken.ts';
import { mixedRanks } from './made-files.ts';
import { mixedText } from './mixed-texts.ts';

let ranks: string;
beforeAll(async () => {
  ranks = `! 0 ${(await mixedRanks(5_000)).join(' ')}`;
});

const bytesOf = (tokenizer: TiktokenTokenizer, text: string): number[] | null => {
  const bytes = tokenizer.tokenBytes(text);
  return bytes === null ? null : [...bytes];
};
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

test.each(tiktokenEncodings)(
  '%s: the bytes of tokens add up to the text, and there are as many as counted',
  async (encoding) => {
    const tokenizer = await loadTiktoken(encoding);
    expect(await loadTiktoken(encoding)).toBe(tokenizer);
    fc.assert(
      fc.property(mixedText, (text) => {
        const bytes = tokenizer.tokenBytes(text) ?? [];
        expect(bytes.length).toBe(tokenizer.count(text));
        expect(sum(bytes)).toBe(Buffer.byteLength(text));
      }),
    );
  },
);

test('tokens are told in their order', async () => {
  const tokenizer = await loadTiktoken('cl100k_base');
  expect(bytesOf(tokenizer, 'a harbour, 1234!')).toEqual([1, 8, 1, 1, 3, 1, 1]);
  expect(bytesOf(tokenizer, '')).toEqual([]);
});

test('the text of special tokens is text', async () => {
  const tokenizer = await loadTiktoken('o200k_base');
  for (const text of ['<|endoftext|>', 'a<|endofprompt|>b']) {
    expect(tokenizer.count(text)).toBeGreaterThan(4);
    expect(sum(tokenizer.tokenBytes(text) ?? [])).toBe(text.length);
  }
});

test('a lone surrogate counts as the replacement character that UTF-8 makes of it', async () => {
  const tokenizer = await createTiktoken({
    id: 'small',
    ranks,
    pattern: patterns.cl100k.regex,
    splitRule: 'split-regex',
  });
  for (const text of ['\ud800', 'a\udc00b', 'x \ud83d']) {
    expect(tokenizer.count(text)).toBe(tokenizer.count(text.toWellFormed()));
    expect(bytesOf(tokenizer, text)).toEqual(bytesOf(tokenizer, text.toWellFormed()));
  }
});

test('NFC comes first where it is asked for, and only there', async () => {
  const parts = { ranks, pattern: patterns.qwen2.regex, splitRule: 'split-regex' } as const;
  const plain = await createTiktoken({ id: 'plain', ...parts });
  const composing = await createTiktoken({ id: 'composing', ...parts, normalise: 'NFC' });
  const [one, two] = ['caf\u00e9', 'cafe\u0301'];
  expect(plain.count(two)).not.toBe(plain.count(one));
  expect(composing.count(two)).toBe(plain.count(one));
  // These bytes are not in the text, so nothing can be read off them.
  expect(composing.tokenBytes(two)).toBeNull();
  expect(bytesOf(composing, one)).toEqual(bytesOf(plain, one));
  expect(sum(plain.tokenBytes(two) ?? [])).toBe(6);
});

test('gaps between ranks are no tokens', async () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte).toString('base64'));
  const word = Buffer.from('ab').toString('base64');
  const longer = Buffer.from('abab').toString('base64');
  const tokenizer = await createTiktoken({
    id: 'gaps',
    ranks: `! 0 ${bytes.join(' ')}\n! 300 ${word}\n! 999 ${longer}`,
    pattern: patterns.gpt2.regex,
    splitRule: 'gpt2',
  });
  expect(bytesOf(tokenizer, 'ababab c')).toEqual([4, 2, 1, 1]);
});

test('a pattern that skips characters tells no bytes, since they would not add up', async () => {
  const tokenizer = await createTiktoken({ id: 'words', ranks, pattern: '[a-z]+', splitRule: 'none' });
  expect(tokenizer.count('so it is')).toBe(3);
  expect(tokenizer.tokenBytes('so it is')).toBeNull();
});

test.each(['(', '[z-a]', '(?<=a+)b', 'x*'])(
  'a pattern that cannot be run is refused: %s',
  async (pattern) => {
    await expect(createTiktoken({ id: 'bad', ranks, pattern, splitRule: 'none' })).rejects.toMatchObject({
      code: 'tokenizer_unusable',
      message: expect.stringContaining(pattern),
    });
  },
);

test('a text that the pattern cannot get through is refused, and the next one counted', async () => {
  const tokenizer = await createTiktoken({
    id: 'small',
    ranks,
    pattern: patterns.cl100k.regex,
    splitRule: 'split-regex',
  });
  const spaces = `${' '.repeat(1_200_000)}a`;
  expect(() => tokenizer.count(spaces)).toThrow(expect.objectContaining({ code: 'tokenizer_unusable' }));
  expect(() => tokenizer.tokenBytes(spaces)).toThrow(expect.objectContaining({ code: 'tokenizer_unusable' }));
  expect(bytesOf(tokenizer, 'so it is')).toEqual([2, 3, 3]);
});
