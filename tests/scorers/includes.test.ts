import fc from 'fast-check';
import { expect, test } from 'vitest';
import { includes } from '../../src/scorers/includes.ts';
import { scorers } from '../../src/scorers/scorers.ts';

const value = (text: string, ...target: string[]): number => includes.score({ text }, target).value;

test.each([
  ['The code is 4821355.', '4821355', 1],
  ['通行码是４８２１３５５。', '4821355', 1],
  ['4,821,355', '4821355', 1],
  ["4'821'355 it is", '4821355', 1],
  ['It is 14821355.', '4821355', 0],
  ['48213550', '4821355', 0],
  ['4821356', '4821355', 0],
  ['eat a SANDWICH in the park', 'eat a sandwich', 1],
  ['', '4821355', 0],
  ['numbers: 1, 2, 4821355, 9', '4821355', 1],
  ['4821355,4821356', '4821355', 1],
])('%j holds %j: %d', (text, target, expected) => {
  expect(value(text, target)).toBe(expected);
});

test('one accepted answer of several is enough', () => {
  expect(value('It was Dolores Park.', 'Golden Gate', 'dolores park')).toBe(1);
  expect(value('It was Ocean Beach.', 'Golden Gate', 'dolores park')).toBe(0);
});

test('every scorer gives 0 to 1 for any answer, and finds a target that is the answer', () => {
  const targets = fc.array(fc.string({ minLength: 1 }), { minLength: 1 });
  for (const scorer of Object.values(scorers)) {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), targets, (text, target) => {
        const score = scorer.score({ text }, target).value;
        expect(score >= 0 && score <= 1).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 9_999_999 }), fc.lorem(), (number, words) => {
        expect(scorer.score({ text: `${words} ${number}.` }, [String(number)]).value).toBe(1);
      }),
    );
  }
});
