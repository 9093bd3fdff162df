import { expect, test } from 'vitest';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { generateProse } from '../../src/corpus/generate.ts';
import { corpusText } from '../../src/haystack/corpus-text.ts';
import { tokenSums } from '../../src/haystack/token-sums.ts';
import { loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import { roughText } from './rough-text.ts';

const texts = {
  prose: generateProse({ language: 'en', seed: 3, chars: 300_000 }),
  'rough en': roughText('en', 3_000, 4),
  'rough zh': roughText('zh', 3_000, 4),
};

for (const encoding of tiktokenEncodings) {
  test.each(Object.entries(texts))(
    `${encoding}: the sums of %s are those of each sentence counted by itself`,
    async (_, text) => {
      const tokenizer = await loadTiktoken(encoding);
      const corpus = corpusText(text);
      const asked: number[] = [];
      const walked = await tokenSums(corpus, {
        ...tokenizer,
        tokenBytes: (stretch) => {
          asked.push(stretch.length);
          return tokenizer.tokenBytes?.(stretch) ?? null;
        },
      });
      const { tokenBytes: _bytes, ...counting } = tokenizer;
      const counted = await tokenSums(corpus, counting);
      expect(walked).toEqual(counted);
      expect(walked.rule).toBe('split-regex');
      // Stretches of 64 K characters, not sentences.
      expect(asked.length).toBeGreaterThan(1);
      expect(asked.length).toBeLessThan(text.length / 50_000 + 2);
      const last = walked.cum.length - 1;
      expect(walked.cum[last]).toBe(tokenizer.count(text.slice(0, walked.hard[last])));
    },
  );
}

const letters = (over: Partial<Tokenizer>): Tokenizer => ({
  id: 'letters',
  exact: true,
  splitRule: 'split-regex',
  count: (text) => text.length,
  ...over,
});

test('a tokenizer whose tokens reach across its own boundaries is not believed any more', async () => {
  const corpus = corpusText('One two. Three four. Five six. Seven eight.');
  // Pairs of letters know no boundary.
  const pairs = letters({
    count: (text) => Math.ceil(text.length / 2),
    tokenBytes: (text) =>
      Array.from({ length: Math.ceil(text.length / 2) }, (_, i) => Math.min(2, text.length - 2 * i)),
  });
  const sums = await tokenSums(corpus, pairs);
  expect(sums.rule).toBe('none');
  expect(sums.cum.at(-1)).toBe(Math.floor((sums.hard.at(-1) ?? 0) / 2));
  const honest = await tokenSums(corpus, letters({ tokenBytes: (text) => [...text].map(() => 1) }));
  expect(honest.rule).toBe('split-regex');
});

test('a stretch whose bytes are not told is counted sentence by sentence, and promises are awaited', async () => {
  const corpus = corpusText('One two. Three four. Five six. Seven eight. '.repeat(9_000));
  const counted: string[] = [];
  const sums = await tokenSums(
    corpus,
    letters({
      tokenBytes: async (text) => (text.startsWith('One') ? null : [...text].map(() => 1)),
      count: async (text) => {
        counted.push(text);
        return text.length;
      },
    }),
  );
  expect(counted.length).toBeGreaterThan(1_000);
  expect(counted.length).toBeLessThan(corpus.cuts.length);
  expect([...sums.cum]).toEqual([...sums.hard]);
});
