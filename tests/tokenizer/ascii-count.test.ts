import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { asciiCounter } from '../../src/tokenizer/ascii-count.ts';
import { type PatternName, patterns } from '../../src/tokenizer/patterns.ts';
import { createTiktoken, loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import { mixedRanks } from './made-files.ts';

// `tokenBytes` is tiktoken's own answer; `count` goes by `asciiCounter` wherever that has one.

/** Words, numbers, code, contractions in either case, all control characters and runs of spaces. */
const ascii = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
      fc.constantFrom(
        "don't",
        "I'LL",
        "we'Ve",
        ' The access code is 4453117.',
        '\r\n',
        '   ',
        '\t\t',
        '==>',
        '/**/',
        'aaaaaaaaaa',
      ),
      fc.array(fc.constantFrom(..." etaoinshrdluTHE\n'"), { maxLength: 20 }).map((all) => all.join('')),
      fc.nat(10 ** 9).map(String),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test.each(tiktokenEncodings)('%s: ASCII counts as tiktoken counts it', async (encoding) => {
  const tokenizer = await loadTiktoken(encoding);
  fc.assert(
    fc.property(ascii, (text) => {
      expect(tokenizer.count(text)).toBe(tokenizer.tokenBytes(text)?.length);
    }),
    { numRuns: 2_000 },
  );
});

describe('a small vocabulary', () => {
  let ranks = '';
  beforeAll(async () => {
    ranks = `! 0 ${(await mixedRanks(3_000)).join(' ')}`;
  });

  // It has several splits, one after the other.
  const alone = (Object.keys(patterns) as PatternName[]).filter((name) => name !== 'deepseek3');
  test.each(alone)('%s: ASCII counts as tiktoken counts it', async (name) => {
    const { regex: pattern, splitRule } = patterns[name];
    const count = asciiCounter(ranks, pattern);
    const tokenizer = await createTiktoken({ id: name, ranks, pattern, splitRule });
    fc.assert(
      fc.property(ascii, (text) => {
        expect(count?.(text)).toBe(tokenizer.tokenBytes(text)?.length);
      }),
      { numRuns: 200 },
    );
  });

  test('long texts and other characters are left to tiktoken', () => {
    const count = asciiCounter(ranks, patterns.cl100k.regex);
    expect(count?.('caf\u00e9')).toBeNull();
    expect(count?.('x'.repeat(2_001))).toBeNull();
    expect(count?.('x'.repeat(2_000))).toBeGreaterThan(0);
    expect(count?.('')).toBe(0);
  });

  test("so are a pattern of a user's own and one of several splits", () => {
    expect(asciiCounter(ranks, patterns.deepseek3.regex)).toBeNull();
    expect(asciiCounter(ranks, String.raw`\w+|\W+`)).toBeNull();
  });
});
