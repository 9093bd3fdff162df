import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { questionTerms } from '../../src/reference/question-terms.ts';
import { recall } from '../../src/reference/recall.ts';
import { sentenceAt } from '../../src/reference/sentences.ts';
import { facts, hide, paragraphs, sentences } from './synthetic.ts';

describe.each(['en', 'zh'] as const)('%s', (language) => {
  const list = sentences(language, 800);
  const { needle, question } = facts[language];

  test.each([0, 0.09, 0.25, 0.5, 0.64, 0.9, 1])('the fact is found at depth %f, with its depth', (depth) => {
    const [best] = recall(hide(language, list, needle, depth), question);
    expect(best?.text).toBe(needle);
    expect(best?.depth).toBeCloseTo(depth, 1);
  });

  test('depth is 0 at the very start and 1 at the very end', () => {
    expect(recall(hide(language, list, needle, 0), question)[0]?.depth).toBe(0);
    expect(recall(hide(language, list, needle, 1), question)[0]?.depth).toBe(1);
  });

  test('a document without the fact gives nothing, nor does one with another fact', () => {
    const other =
      language === 'zh' ? '翡翠磨坊的通行码是1111111。' : 'The access code for the copper mill is 1111111.';
    expect(recall(paragraphs(language, list), question)).toEqual([]);
    expect(recall(hide(language, list, other, 0.5), question)).toEqual([]);
  });
});

test('needles of other people are found', () => {
  const list = sentences('en', 500);
  const sandwich =
    'The best thing to do in San Francisco is eat a sandwich and sit in Dolores Park on a sunny day.';
  expect(
    recall(hide('en', list, sandwich, 0.4), 'What is the best thing to do in San Francisco?')[0]?.text,
  ).toBe(sandwich);
  const magic = 'One of the special magic numbers for quiet-zebra is: 90210.';
  expect(
    recall(
      hide('en', list, magic, 0.7),
      'What are all the special magic numbers for quiet-zebra mentioned in the text?',
    )[0]?.text,
  ).toBe(magic);
  const mixed = '在旧金山最好的事情是去Dolores公园吃三明治。';
  expect(recall(hide('zh', sentences('zh', 300), mixed, 0.5), '在旧金山最好的事情是什么？')[0]?.text).toBe(
    mixed,
  );
});

test('a question is no answer to itself, and the better match wins', () => {
  const text = `What is the code of the mill? The code of the old mill is 1. The code of the new mill is 2. ${facts.en.needle}`;
  expect(recall(text, 'What is the code of the new mill?')[0]?.text).toBe('The code of the new mill is 2.');
});

test('a rare word outweighs common ones, and common ones alone are searched to the end', () => {
  const list = sentences('en', 6_000);
  expect(
    recall(hide('en', list, 'A zebra stood there.', 0.8), 'Which harbour market had the zebra?')[0]?.text,
  ).toBe('A zebra stood there.');
  const needle =
    'Harbour harbour harbour, market and window, letter and captain, river and garden: nothing else.';
  const found = recall(
    hide('en', list, needle, 0.99),
    'What harbour, market, window, letter, captain, river, garden?',
    1,
  );
  expect(found[0]?.text).toBe(needle);
});

test('words count as wholes, in any case', () => {
  expect(
    recall('The windmills turn. NASA found ice. It was a nasal sound.', 'What did NASA find?')[0]?.text,
  ).toBe('NASA found ice.');
  expect(recall('The windmills turn at night.', 'What about the windmill?')).toEqual([]);
});

test('every sentence of unlike words is found by a question with its words', () => {
  const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{5,9}$/);
  const key = fc.uniqueArray(word, { minLength: 2, maxLength: 4 });
  const list = sentences('en', 200);
  fc.assert(
    fc.property(key, fc.double({ min: 0, max: 1, noNaN: true }), (words, depth) => {
      const needle = `The ${words.join(' ')} holds 77.`;
      const found = recall(hide('en', list, needle, depth), `What does the ${words.join(' ')} hold?`);
      expect(found[0]?.text).toBe(needle);
    }),
    { numRuns: 100 },
  );
});

test('function words are no terms', () => {
  expect(questionTerms('What is the access code for the amber lighthouse?').map(({ text }) => text)).toEqual([
    ...['access', 'code', 'amber', 'lighthouse'],
  ]);
  expect(questionTerms('琥珀灯塔的通行码是多少？').map(({ text }) => text)).toEqual([
    '琥珀',
    '珀灯',
    '灯塔',
    '通行',
    '行码',
  ]);
  expect(questionTerms('What is it?')).toEqual([]);
});

test('sentences end at their marks, not inside numbers, and keep their quotes', () => {
  const text = 'It cost 3.5 pounds, e.g. today. “Really?” she said.\nNext line。后面一句。';
  const at = (part: string) => {
    const { start, end } = sentenceAt(text, text.indexOf(part));
    return text.slice(start, end);
  };
  expect(at('pounds')).toBe('It cost 3.5 pounds, e.g. today.');
  expect(at('Really')).toBe('“Really?”');
  expect(at('Next')).toBe('Next line。');
  expect(at('后面')).toBe('后面一句。');
});
