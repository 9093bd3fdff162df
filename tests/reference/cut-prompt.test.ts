import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPromptCounter } from '../../src/reference/count-tokens.ts';
import { keepEnds, keepTail } from '../../src/reference/cut-prompt.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { paragraphs, sentences } from './synthetic.ts';

const en = paragraphs('en', sentences('en', 80));
const zh = paragraphs('zh', sentences('zh', 80));
const messages = [
  { role: 'system', content: en },
  { role: 'user', content: zh },
  { role: 'user', content: 'What was it?' },
] as const;

test('a tail fills its budget, is an end of the conversation, and keeps what fits whole', async () => {
  const tokenizer = await loadTiktoken('o200k_base');
  const counter = createPromptCounter(tokenizer);
  const join = (list: readonly { content: string }[]) => list.map(({ content }) => content).join('');
  const total = messages.reduce((sum, { content }) => sum + tokenizer.count(content), 0);
  fc.assert(
    fc.property(fc.integer({ min: 10, max: total - 1 }), (budget) => {
      const kept = keepTail(messages, budget, counter);
      const used = kept.reduce((sum, { content }) => sum + tokenizer.count(content), 0);
      expect(join(messages).endsWith(join(kept))).toBe(true);
      expect(kept.at(-1)).toEqual(messages[2]);
      expect(used).toBeLessThanOrEqual(budget);
      expect(used).toBeGreaterThanOrEqual(budget - 3);
    }),
    { numRuns: 60 },
  );
  expect(keepTail(messages, total, counter)).toEqual(messages);
});

test('ends are the first words and the tail within one budget', async () => {
  const tokenizer = await loadTiktoken('o200k_base');
  const kept = keepEnds(
    [{ role: 'user', content: `${en}\n\nWhat was it?` }],
    200,
    createPromptCounter(tokenizer),
  );
  expect(kept).toHaveLength(1);
  const text = kept[0]?.content ?? '';
  expect(text.startsWith(en.slice(0, 16))).toBe(true);
  expect(text.endsWith('\n\nWhat was it?')).toBe(true);
  expect(tokenizer.count(text)).toBeLessThanOrEqual(200);
  expect(tokenizer.count(text)).toBeGreaterThan(190);
});
