import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitThoughts } from '../../src/client/thoughts.ts';

test.each([
  ['a closed block', '<think>\nIt is 7.\n</think>\n\nThe number is 7.', 'The number is 7.', 'It is 7.'],
  ['a block that never ends', '<think>\nLet me look at', '', 'Let me look at'],
  ['an end without a start', 'It may be 7.</think>7', '7', 'It may be 7.'],
  ['two blocks', '<think>a</think>x<think>b</think>y', 'xy', 'a\nb'],
  ['a closed block and one that never ends', '<think>a</think>\n<think>b', '', 'a\nb'],
  ['an empty block', '<think>\n\n</think>\n\n7', '7', null],
  ['the longer tag', '<thinking>a</thinking>7', '7', 'a'],
  ["Gemma's tag", '<thought>a</thought>\n7', '7', 'a'],
  ["Seed's tag", '<seed:think>a</seed:think>7', '7', 'a'],
  ["Mistral's brackets", '[THINK]a[/THINK]7', '7', 'a'],
  ["Kimi's marks, never closed", '◁think▷a', '', 'a'],
  ["Cohere's tokens", '<|START_THINKING|>a<|END_THINKING|>7', '7', 'a'],
  [
    "gpt-oss's channels",
    '<|channel|>analysis<|message|>It is 7.<|end|><|start|>assistant<|channel|>final<|message|>7<|return|>',
    '7',
    'It is 7.',
  ],
  ["gpt-oss's thoughts that never end", '<|channel|>analysis<|message|>It may be', '', 'It may be'],
  ["gpt-oss's channels without their tokens", 'analysisIt is 7.assistantfinal7', '7', 'It is 7.'],
])('%s', (_what, raw, text, reasoning) => {
  expect(splitThoughts(raw)).toEqual({ text, reasoning });
});

test.each(['The tag is written <think> in the source.', 'The analysis says 7.', 'analysis of the text: 7'])(
  'an answer that only mentions the marks keeps its text: %s',
  (raw) => {
    expect(splitThoughts(raw)).toEqual({ text: raw, reasoning: null });
  },
);

test('an answer without tags stays byte for byte as it came', () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      fc.pre(!/think|thought|analysis/i.test(raw));
      expect(splitThoughts(raw)).toEqual({ text: raw, reasoning: null });
    }),
  );
});
