import { describe, expect, test } from 'vitest';
import { sentenceCuts } from '../../src/haystack/sentence-cuts.ts';
import { gap, insertedAt } from '../../src/haystack/spacing.ts';

const english = 'The code is 48213.';
const chinese = '通行码是48213。';

/** The corpus with the texts put in at its first cut. */
function withTexts(corpus: string, ...texts: string[]): string {
  const at = sentenceCuts(corpus)[1] as number;
  expect(at).toBeLessThan(corpus.length);
  return corpus.slice(0, at) + insertedAt(corpus, at, texts).text + corpus.slice(at);
}

describe('a text between two sentences gets the spaces that its place needs', () => {
  test.each([
    ['One. Two.', 'One. The code is 48213. Two.'],
    ['One.\n\nTwo.', 'One.\n\nThe code is 48213. Two.'],
    ['One.\n  Two.', 'One.\nThe code is 48213.  Two.'],
    ['One.\u00a0Two.', 'One. The code is 48213.\u00a0Two.'],
    ['One.\tTwo.', 'One. The code is 48213.\tTwo.'],
    ['One.\u2028Two.', 'One.\u2028The code is 48213. Two.'],
    ['One.\u2029Two.', 'One.\u2029The code is 48213. Two.'],
    ['一。二。', '一。The code is 48213.二。'],
    ['今日は晴れ。かぜが吹く。', '今日は晴れ。The code is 48213.かぜが吹く。'],
    ['가자. 오늘.', '가자. The code is 48213. 오늘.'],
    ['वह गया।वह आई।', 'वह गया। The code is 48213. वह आई।'],
    ['Done! 🎉 Next.', 'Done! 🎉 The code is 48213. Next.'],
  ])('%j', (corpus, expected) => {
    expect(withTexts(corpus, english)).toBe(expected);
  });

  test('Chinese texts take none, and stand next to each other', () => {
    expect(withTexts('一。二。', chinese, chinese)).toBe(`一。${chinese}${chinese}二。`);
    expect(withTexts('かぜ。あめ。', chinese)).toBe(`かぜ。${chinese}あめ。`);
    expect(withTexts('One. Two.', english, english)).toBe(`One. ${english} ${english} Two.`);
  });
});

test('Han, kana and full-width marks need no space beside them; Hangul, Thai and Latin do', () => {
  for (const character of ['河', 'か', 'カ', '。', '」', '）', '！', '　']) {
    expect(gap(`x${character}`, 'T')).toBe('');
    expect(gap('x', character)).toBe('');
  }
  for (const character of ['가', 'ก', 'a', '।', '؟', '”', '.']) {
    expect(gap(`x${character}`, 'T')).toBe(' ');
    expect(gap('x', character)).toBe(' ');
  }
  expect(gap('', 'T')).toBe(' ');
  expect(gap(undefined, undefined)).toBe(' ');
});

test('a text put in before a heading, an item, a table or a fence leaves it its own line', () => {
  const put = (corpus: string, at: number): string =>
    corpus.slice(0, at) + insertedAt(corpus, at, ['Needle.']).text + corpus.slice(at);
  const heading = 'One ended.\n\n# Title\n\nTwo.';
  expect(put(heading, 12)).toBe('One ended.\n\nNeedle.\n\n# Title\n\nTwo.');
  expect(put('One ended.\n- item\n- item', 11)).toBe('One ended.\nNeedle.\n- item\n- item');
  expect(put('One ended.\n  - item', 11)).toBe('One ended.\nNeedle.\n  - item');
  expect(put('| a | b |\n', 0)).toBe('Needle.\n| a | b |\n');
  expect(put('One ended.\n\nTwo.', 12)).toBe('One ended.\n\nNeedle. Two.');
  expect(put('One # two.', 3)).toBe('One Needle. # two.');
});
