import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { countableParts, createPromptCounter } from '../../src/reference/count-tokens.ts';
import { loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import { paragraphs, sentences } from './synthetic.ts';

const fragments = [
  ...['word', 'Word', "it's", 'ABC', 'x', '3', '1234', ' ', '  ', '\t', '\n', '\n\n', '\r\n', ' \n', '\n \n'],
  ...[
    '.',
    '."',
    '?!',
    '/',
    '//',
    '—',
    '“',
    '”',
    '。',
    '，',
    '。”',
    '他',
    '灯塔',
    'é',
    'Ωμέγα',
    '😀',
    '<|endoftext|>',
  ],
];

describe.each(tiktokenEncodings)('%s', (encoding) => {
  test('counts by parts equal one full encode of whatever text', async () => {
    const tokenizer = await loadTiktoken(encoding);
    const { count } = createPromptCounter(tokenizer);
    const text = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'grapheme' })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (pieces) => {
        const whole = pieces.join('');
        expect(count(whole)).toBe(tokenizer.count(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  test('counts of English, Chinese and mixed prose equal one full encode, cold and warm', async () => {
    const tokenizer = await loadTiktoken(encoding);
    const { count } = createPromptCounter(tokenizer);
    const en = paragraphs('en', sentences('en', 600));
    const zh = paragraphs('zh', sentences('zh', 600));
    for (const text of [
      en,
      zh,
      `${en}\n\n${zh}`,
      `${zh}\n${en}`,
      en.replaceAll('\n\n', '\n'),
      zh.replaceAll('\n\n', ''),
    ]) {
      const full = tokenizer.count(text);
      expect(full).toBeGreaterThan(5_000);
      expect([count(text), count(text)]).toEqual([full, full]);
    }
  });
});

test('parts are cut at paragraphs and join to the text', () => {
  const text = paragraphs('en', sentences('en', 50));
  const parts = countableParts(text);
  expect(parts).toHaveLength(10);
  expect(parts.join('')).toBe(text);
  expect(parts.slice(0, -1).every((part) => part.endsWith('.\n\n'))).toBe(true);
});

test('a known paragraph is not encoded again, and a full memo drops the oldest', () => {
  const asked: string[] = [];
  const tokenizer: Tokenizer = {
    id: 'chars',
    exact: true,
    splitRule: 'split-regex',
    count: (text) => asked.push(text) && text.length,
  };
  const { count } = createPromptCounter(tokenizer, 20);
  expect([count('alpha\nbeta\n'), count('beta\nalpha\n')]).toEqual([11, 11]);
  expect(asked).toEqual(['alpha\n', 'beta\n']);
  // Ten more characters push `alpha` out, the oldest.
  count('gamma\ndel\n');
  count('beta\n');
  expect(asked).toHaveLength(4);
  count('alpha\n');
  expect(asked).toEqual(['alpha\n', 'beta\n', 'gamma\n', 'del\n', 'alpha\n']);
});

test('the template takes 8 tokens for one message and 5 for each further one', async () => {
  const { count, countMessages } = createPromptCounter(await loadTiktoken('o200k_base'));
  const system = { role: 'system', content: 'Be brief.' } as const;
  const user = { role: 'user', content: 'What is the capital of the moon?' } as const;
  expect(countMessages([user])).toBe(count(user.content) + 8);
  expect(countMessages([system, user])).toBe(count(system.content) + count(user.content) + 13);
});

test('a tokenizer that answers later is refused', () => {
  const { count } = createPromptCounter({
    id: 'server:x',
    exact: true,
    splitRule: 'none',
    count: async () => 1,
  });
  expect(() => count('text')).toThrow(expect.objectContaining({ code: 'tokenizer_unusable' }));
});
