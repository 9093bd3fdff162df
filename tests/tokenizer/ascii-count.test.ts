import { createRequire } from 'node:module';
import fc from 'fast-check';
import { Tiktoken } from 'tiktoken/lite';
import { beforeAll, describe, expect, test } from 'vitest';
import { asciiCounter } from '../../src/tokenizer/ascii-count.ts';
import { patterns } from '../../src/tokenizer/patterns.ts';
import { mixedRanks } from './made-files.ts';

interface Encoding {
  readonly bpe_ranks: string;
  readonly pat_str: string;
}
const encodings = Object.fromEntries(
  ['cl100k_base', 'o200k_base'].map((name) => {
    const { bpe_ranks, pat_str } = createRequire(import.meta.url)(
      `tiktoken/encoders/${name}.json`,
    ) as Encoding;
    return [name, { ranks: bpe_ranks, pattern: pat_str, tiktoken: new Tiktoken(bpe_ranks, {}, pat_str) }];
  }),
);

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

describe.each(Object.keys(encodings))('%s', (name) => {
  const { ranks, pattern, tiktoken } = encodings[name] as (typeof encodings)[string];
  const count = asciiCounter(ranks, pattern);

  test('counts ASCII as tiktoken does', () => {
    let seen = 0;
    fc.assert(
      fc.property(ascii, (text) => {
        const counted = count?.(text);
        if (counted !== null) seen++;
        expect(counted ?? null).toBe(tiktoken.encode_ordinary(text).length);
      }),
      { numRuns: 2_000 },
    );
    expect(seen).toBe(2_000);
  });

  test('leaves long texts and other characters to tiktoken', () => {
    expect(count?.('caf\u00e9')).toBeNull();
    expect(count?.('x'.repeat(2_001))).toBeNull();
    expect(count?.('x'.repeat(2_000))).toBe(tiktoken.encode_ordinary('x'.repeat(2_000)).length);
    expect(count?.('')).toBe(0);
  });
});

describe('a small vocabulary with gaps, under every pattern there is', () => {
  let ranks = '';
  beforeAll(async () => {
    ranks = `! 0 ${(await mixedRanks(3_000)).join(' ')}`;
  });

  const alone = Object.entries(patterns).filter(([name]) => name !== 'deepseek3');

  test.each(alone)('%s', (_name, { regex }) => {
    const count = asciiCounter(ranks, regex);
    const tiktoken = new Tiktoken(ranks, {}, regex);
    fc.assert(
      fc.property(ascii, (text) => {
        expect(count?.(text)).toBe(tiktoken.encode_ordinary(text).length);
      }),
      { numRuns: 200 },
    );
    tiktoken.free();
  });
});

test("a pattern of a user's own, and one of several splits, are left to tiktoken", () => {
  expect(asciiCounter('! 0 YQ==', patterns.deepseek3.regex)).toBeNull();
  expect(asciiCounter('! 0 YQ==', String.raw`\w+|\W+`)).toBeNull();
});
