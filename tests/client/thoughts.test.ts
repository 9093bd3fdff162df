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
])('%s', (_what, raw, text, reasoning) => {
  expect(splitThoughts(raw)).toEqual({ text, reasoning });
});

test('an answer that only mentions the tag keeps its text', () => {
  const raw = 'The tag is written <think> in the source.';
  expect(splitThoughts(raw)).toEqual({ text: raw, reasoning: null });
});

test('an answer without tags stays byte for byte as it came', () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      fc.pre(!raw.includes('think'));
      expect(splitThoughts(raw)).toEqual({ text: raw, reasoning: null });
    }),
  );
});
