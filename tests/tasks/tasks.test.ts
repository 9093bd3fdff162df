import { expect, test } from 'vitest';
import { languages } from '../../src/core/language.ts';
import { randomStream } from '../../src/core/random.ts';
import { scorers } from '../../src/scorers/scorers.ts';
import { codeNames } from '../../src/tasks/code-names.ts';
import { niahSingle } from '../../src/tasks/niah-single.ts';
import { tasks } from '../../src/tasks/tasks.ts';

const item = (name: number, language: 'en' | 'zh', occurs = (_: string) => false) =>
  niahSingle.generate({ language, random: randomStream(name, 'test'), depth: 0.5, params: {}, occurs });

test('every task: its scorer exists, and scores its own needles 1 and an empty answer 0', () => {
  for (const task of Object.values(tasks)) {
    const scorer = scorers[task.scorer];
    for (const language of languages) {
      for (let seed = 0; seed < 50; seed++) {
        const made = task.generate({
          language,
          random: randomStream(seed),
          depth: 0.25,
          params: {},
          occurs: () => false,
        });
        const needles = made.needles.map(({ text }) => text);
        expect(made.needles.every(({ depth }) => depth >= 0.25 && depth <= 1)).toBe(true);
        expect(scorer.score({ text: needles.join(' ') }, made.target).value).toBe(1);
        expect(scorer.score({ text: made.question }, made.target).value).toBe(0);
        expect(scorer.score({ text: '' }, made.target).value).toBe(0);
        expect(needles.join('')).toContain(made.stem);
      }
    }
  }
});

test('the same stream asks the same, another stream something else', () => {
  expect(item(1, 'en')).toEqual(item(1, 'en'));
  expect(item(1, 'en').target).not.toEqual(item(2, 'en').target);
  const values = new Set(Array.from({ length: 500 }, (_, seed) => item(seed, 'zh').target[0]));
  expect(values.size).toBeGreaterThan(495);
  for (const value of values) expect(value).toMatch(/^[1-9]\d{6}$/);
});

test('one small item per language, until the version is raised', async () => {
  await expect([item(7, 'en'), item(7, 'zh')]).toMatchFileSnapshot('../golden/niah-single.txt');
});

test('a value that stands in the corpus is drawn again', () => {
  const first = item(3, 'en').target[0] as string;
  const second = item(3, 'en', (text) => text === first).target[0] as string;
  expect(second).toMatch(/^\d{7}$/);
  expect(second).not.toBe(first);
  expect(() => item(3, 'en', () => true)).toThrow(/nearly every 7-digit number/);
});

test("a user's own needle is taken as it is", () => {
  const own = {
    needle: 'The keeper hides the key under the third stone.',
    question: 'Where is the key?',
    answers: ['third stone'],
  };
  expect(
    niahSingle.generate({
      language: 'en',
      random: randomStream(1),
      depth: 0.5,
      params: own,
      occurs: () => false,
    }),
  ).toEqual({
    needles: [{ text: own.needle, depth: 0.5 }],
    question: own.question,
    stem: '',
    target: own.answers,
  });
  expect(() => niahSingle.params.parse({ ...own, colour: 'red' })).toThrow();
});

test('keys are distinct words', () => {
  for (const language of languages) {
    for (const list of Object.values(codeNames[language])) expect(new Set(list).size).toBe(list.length);
  }
});
