import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteCharacters } from '../../src/tokenizer/byte-level.ts';
import { createWithLibrary } from '../../src/tokenizer/huggingface-library.ts';
import { patterns } from '../../src/tokenizer/patterns.ts';
import { type MergeModel, rankMerges } from '../../src/tokenizer/rank-merges.ts';
import { createTiktoken, type LocalTokenizer } from '../../src/tokenizer/tiktoken.ts';

type Pair = readonly [string, string];

/** A model of these merges, its vocabulary the bytes, what the merges make, and some words more. */
function modelOf(
  merges: readonly Pair[],
  options: { words?: readonly string[]; ignoreMerges?: boolean } = {},
): MergeModel {
  const tokens = [...byteCharacters, ...merges.map((pair) => pair.join('')), ...(options.words ?? [])];
  const vocab = Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id]));
  return { vocab, merges, ignoreMerges: options.ignoreMerges ?? false };
}

const byLibrary = ({ vocab, merges, ignoreMerges }: MergeModel): Promise<LocalTokenizer> =>
  createWithLibrary('library', {
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    model: { type: 'BPE', vocab, merges, ignore_merges: ignoreMerges },
  });

const byTiktoken = (ranks: string): Promise<LocalTokenizer> =>
  createTiktoken({ id: 'tiktoken', ranks, pattern: patterns.gpt2.regex, splitRule: 'gpt2' });

const bytesBy = (tokenizer: LocalTokenizer, text: string): number[] => [
  ...((tokenizer.tokenBytes?.(text) ?? []) as number[]),
];

/**
 * Merges over three letters: each joins two tokens that are there already. Then some stand elsewhere in the list, and some tokens get further
 * pairs, so that lists of every kind come up: in order and not, with one pair a token and with all.
 */
const anyMerges: fc.Arbitrary<readonly Pair[]> = fc
  .record({
    joins: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 9 }),
    swaps: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }),
    everyPair: fc.boolean(),
  })
  .map(({ joins, swaps, everyPair }) => {
    const tokens = ['a', 'b', 'c'];
    let merges: Pair[] = [];
    for (const [first, second] of joins) {
      const pair: Pair = [tokens[first % tokens.length] as string, tokens[second % tokens.length] as string];
      const token = pair.join('');
      if (tokens.includes(token) || token.length > 6) continue;
      tokens.push(token);
      merges.push(pair);
    }
    for (const [one, other] of swaps) {
      const [i, j] = [one % Math.max(1, merges.length), other % Math.max(1, merges.length)];
      const moved = merges.map((pair, at) => (at === i ? merges[j] : at === j ? merges[i] : pair) as Pair);
      merges = moved;
    }
    if (!everyPair) return merges;
    return merges.flatMap((pair) => {
      const token = pair.join('');
      return Array.from(
        { length: token.length - 1 },
        (_, i): Pair => [token.slice(0, i + 1), token.slice(i + 1)],
      ).filter((parts) => parts.every((part) => tokens.includes(part)));
    });
  })
  .filter((merges) => merges.length > 0);

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 14 });

test('where ranks are given, tiktoken makes the tokens that merges make, on every word', async () => {
  const seen = { given: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      anyMerges,
      fc.array(letters, { minLength: 20, maxLength: 20 }),
      fc.array(letters, { maxLength: 2 }),
      fc.boolean(),
      async (merges, texts, words, ignoreMerges) => {
        const model = modelOf(merges, { words, ignoreMerges });
        const ranked = rankMerges(model);
        if ('reason' in ranked) {
          seen.refused += 1;
          return;
        }
        seen.given += 1;
        const [tiktoken, library] = await Promise.all([byTiktoken(ranked.ranks), byLibrary(model)]);
        for (const text of [...texts, ...words, ...merges.map((pair) => pair.join(''))]) {
          expect(bytesBy(tiktoken, text), text).toEqual(bytesBy(library, text));
        }
      },
    ),
    { numRuns: 120 },
  );
  expect(seen.given).toBeGreaterThan(40);
  expect(seen.refused).toBeGreaterThan(10);
});

test('a token that only higher ranks lead to is merged out of turn by both', async () => {
  const model = modelOf([
    ['a', 'bc'],
    ['b', 'c'],
  ]);
  const ranked = rankMerges(model);
  const tiktoken = await byTiktoken('ranks' in ranked ? ranked.ranks : '');
  expect(bytesBy(tiktoken, 'xabcab')).toEqual([1, 3, 1, 1]);
  expect(bytesBy(await byLibrary(model), 'xabcab')).toEqual([1, 3, 1, 1]);
});

test('a token that no merge leads to is a whole word, or nothing', async () => {
  const merges: Pair[] = [['a', 'b']];
  const word = modelOf(merges, { words: ['cabc'], ignoreMerges: true });
  const nothing = modelOf(merges, { words: ['cabc'] });
  for (const [model, bytes] of [
    [word, [4]],
    [nothing, [1, 2, 1]],
  ] as const) {
    const ranked = rankMerges(model);
    const tiktoken = await byTiktoken('ranks' in ranked ? ranked.ranks : '');
    expect(bytesBy(tiktoken, 'cabc')).toEqual(bytes);
    expect(bytesBy(tiktoken, 'cabcc')).toEqual([1, 2, 1, 1]);
  }
});

test.each([
  [
    'a whole word of two parts, which tiktoken would merge inside others',
    modelOf([['a', 'b']], { words: ['abc'], ignoreMerges: true }),
    'not all its tokens come from merges',
  ],
  [
    'a token whose own pair is not in the list',
    modelOf([
      ['b', 'c'],
      ['a', 'b'],
      ['ab', 'c'],
    ]),
    'not all its tokens come from merges',
  ],
  [
    'own pairs in another order than the tokens',
    modelOf([
      ['a', 'bc'],
      ['a', 'b'],
      ['ab', 'c'],
    ]),
    'its merges are not in the order of its tokens',
  ],
  [
    'a merge that makes no token',
    { ...modelOf([['a', 'b']]), vocab: modelOf([]).vocab },
    'its merges make what is no token',
  ],
  ['a merge in an odd form', { ...modelOf([]), merges: ['ab'] }, 'its merges make what is no token'],
  ['a token that is no text', modelOf([['a', '字']]), 'its merges make what is no text'],
  ['a byte that is missing', { ...modelOf([]), vocab: { a: 0 } }, 'its vocabulary lacks bytes'],
  [
    'tokens of thousands of bytes',
    modelOf(Array.from({ length: 13 }, (_, i): Pair => ['a'.repeat(2 ** i), 'a'.repeat(2 ** i)])),
    'it has tokens of thousands of bytes',
  ],
] as const)('no ranks for %s', (_, model, reason) => {
  expect(rankMerges(model)).toEqual({ reason });
});

test('the letters of bytes are those of the library', async () => {
  const every = Array.from({ length: 0x800 }, (_, i) => String.fromCharCode(i)).join('');
  const library = await byLibrary(modelOf([]));
  expect(library.count(every)).toBe(Buffer.byteLength(every));
  expect(new Set(byteCharacters).size).toBe(256);
});
