import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCodes, NeedlescopeError } from '../../src/core/errors.ts';
import { exitCodes } from '../../src/core/exit-codes.ts';
import { hashOf, sha256 } from '../../src/core/hash.ts';
import { canonicalJson } from '../../src/core/json.ts';
import { formatLength, parseLength } from '../../src/core/length.ts';
import { randomStream } from '../../src/core/random.ts';

test.each([
  ['8000', 8000],
  ['128k', 128_000],
  ['128K', 128_000],
  ['128Ki', 131_072],
  ['1M', 1_000_000],
  ['1Mi', 1_048_576],
  ['1.5k', 1_500],
  ['100,360', 100_360],
  [512, 512],
])('%j is a length of %d', (text, tokens) => {
  expect(parseLength(text)).toBe(tokens);
});

test.each(['', '0', '-1', '1.0001', 'k', '8 kk', '1e3', '0x10', 'NaN'])('%j is no length', (text) => {
  expect(() => parseLength(text)).toThrow(/expected a length in tokens/);
});

test('a printed length reads back as itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000_000 }), (tokens) => {
      expect(parseLength(formatLength(tokens))).toBe(tokens);
    }),
  );
});

test('equal values have equal hashes whatever the order of their keys', () => {
  expect(hashOf({ b: 1, a: [{ d: 1, c: 2 }] })).toBe(hashOf({ a: [{ c: 2, d: 1 }], b: 1 }));
  expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: '1' }));
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('streams: same name same numbers, other name other numbers, and these very numbers for ever', () => {
  const take = (seed: number, ...names: string[]): number[] => {
    const random = randomStream(seed, ...names);
    return [random.below(1_000_000), random.below(1_000_000), random.below(1_000_000)];
  };
  expect(take(7, 'a', 'b')).toEqual(take(7, 'a', 'b'));
  expect(take(7, 'a', 'b')).not.toEqual(take(7, 'ab'));
  expect(take(7, 'a')).not.toEqual(take(8, 'a'));
  // Haystacks must keep their bytes: a change here makes every earlier result incomparable.
  expect(take(7, 'golden')).toMatchInlineSnapshot(`
    [
      503087,
      565378,
      603248,
    ]
  `);
  const random = randomStream(1, 'spread');
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5_000; i++) {
    const drawn = random.below(5);
    counts[drawn] = (counts[drawn] as number) + 1;
  }
  // 1,000 expected each; six standard deviations are 170.
  expect(counts.every((count) => count > 830 && count < 1_170)).toBe(true);
  expect(random.shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
});

test('every error code leads to an exit of the table', () => {
  for (const code of Object.keys(errorCodes) as (keyof typeof errorCodes)[]) {
    const error = new NeedlescopeError(code, 'x', { hint: 'y', cause: new Error('z') });
    expect(Object.values(exitCodes).map((exit) => exit.code)).toContain(error.exitCode);
    expect(error).toMatchObject({ code, hint: 'y', message: 'x' });
  }
});
