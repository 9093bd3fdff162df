import { describe, expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { languages } from '../../src/core/language.ts';
import { randomStream } from '../../src/core/random.ts';
import { compileGrammar, written } from '../../src/corpus/grammar.ts';
import { articleOf, baseForm, inflect } from '../../src/corpus/inflect.ts';
import { paragraphWriter } from '../../src/corpus/paragraph-writer.ts';
import { parsePattern } from '../../src/corpus/pattern.ts';
import { type Vocabulary, vocabularies } from '../../src/corpus/vocabulary.ts';

function vocabularyOf(rules: Record<string, string[]>, opener: string): Vocabulary {
  return {
    names: {},
    words: { colour: ['red,blue'], verb: ['plan*'] },
    grammar: {
      rules,
      scene: { town: 'Oxley' },
      roles: ['hero'],
      people: [{ given: 'Ann', full: '{.given} Lee' }],
      topics: { one: { openers: [opener], bodies: [] } },
      bodies: [],
    },
  };
}

function writeAll(opener: string, rules: Record<string, string[]> = {}): Set<string> {
  const grammar = compileGrammar(vocabularyOf(rules, opener));
  const random = randomStream(1, 'test');
  const write = grammar.topics[0]?.openers[0];
  const texts = new Set<string>();
  for (let i = 0; i < 200; i++) if (write) texts.add(written(write, random, grammar.drawScene(random)));
  return texts;
}

describe('patterns', () => {
  test('symbols, forms, articles, choices and scene variables', () => {
    expect(writeAll('{hero.full} {verb.ed} in {town}')).toEqual(new Set(['Ann Lee planned in Oxley']));
    expect(writeAll('{a colour} hat')).toEqual(new Set(['a red hat', 'a blue hat']));
    expect(writeAll('x(1|2(a|b))')).toEqual(new Set(['x1', 'x2a', 'x2b']));
    expect(writeAll('x[ {kind}]', { kind: ['y'] })).toEqual(new Set(['x', 'x y']));
  });

  test.each(['(a', 'a)', '[a', 'a]', '{a', 'a}', '(a]'])('unbalanced %s is refused', (source) => {
    expect(() => parsePattern(source)).toThrow(NeedlescopeError);
  });

  test('an unknown symbol and an unknown form are refused', () => {
    expect(() => writeAll('{nothing}')).toThrow(/\{nothing\}/);
    expect(() => writeAll('{colour.er}')).toThrow(/\{colour\.er\}/);
  });
});

test('a sentence that stood before is drawn anew', () => {
  const small = vocabularyOf({}, 'o{word}.');
  const words = Array.from({ length: 150 }, (_, i) => `w${i}`).join(',');
  const bodies = 'abcdefgh'.split('').map((letter) => `${letter}{word}.`);
  const grammar = compileGrammar({
    ...small,
    words: { word: [words] },
    grammar: { ...small.grammar, bodies },
  });
  const write = paragraphWriter(grammar, randomStream(1, 'test'), ' ');
  const sentences = Array.from({ length: 100 }, write).flatMap((paragraph) => paragraph.split(' '));
  expect(sentences.length).toBeGreaterThan(400);
  expect(new Set(sentences).size).toBe(sentences.length);
});

describe('English forms', () => {
  test.each([
    ['baker', 's', 'bakers'],
    ['box', 's', 'boxes'],
    ['lily', 's', 'lilies'],
    ['day', 's', 'days'],
    ['knife/knives', 's', 'knives'],
    ['plan*', 'ed', 'planned'],
    ['carry', 'ed', 'carried'],
    ['stay', 'ed', 'stayed'],
    ['smile', 'ed', 'smiled'],
    ['bring/brought', 'ed', 'brought'],
    ['plan*', 'ing', 'planning'],
    ['smile', 'ing', 'smiling'],
    ['agree', 'ing', 'agreeing'],
    ['hoe', 'ing', 'hoeing'],
    ['tie', 'ing', 'tying'],
    ['run/ran/running', 'ing', 'running'],
  ] as const)('%s .%s is %s', (entry, ending, form) => {
    expect(inflect(entry, ending)).toBe(form);
  });

  test('the base form drops marks', () => {
    expect([baseForm('plan*'), baseForm('bring/brought'), baseForm('oak')]).toEqual(['plan', 'bring', 'oak']);
  });

  test.each([
    ['apple', 'an apple'],
    ['hour', 'an hour'],
    ['honest man', 'an honest man'],
    ['house', 'a house'],
    ['uniform', 'a uniform'],
    ['useful idea', 'a useful idea'],
    ['umbrella', 'an umbrella'],
    ['uninvited guest', 'an uninvited guest'],
    ['one-eyed cat', 'a one-eyed cat'],
    ['European', 'a European'],
  ])('%s takes its article', (phrase, expected) => {
    expect(articleOf(phrase) + phrase).toBe(expected);
  });
});

describe.each(languages)('the data of %s', (language) => {
  const { names, words, grammar } = vocabularies[language];
  const patterns = JSON.stringify(grammar);
  const lists = Object.entries({ ...names, ...words });

  test('compiles and is rich', () => {
    expect(compileGrammar(vocabularies[language]).topics.length).toBeGreaterThanOrEqual(10);
    const shapes = [
      ...grammar.bodies,
      ...Object.values(grammar.topics).flatMap((topic) => [...topic.openers, ...topic.bodies]),
    ];
    expect(new Set(shapes).size).toBe(shapes.length);
    expect(shapes.length).toBeGreaterThan(100);
    expect(lists.flatMap(([, lines]) => lines.flatMap((line) => line.split(','))).length).toBeGreaterThan(
      4_000,
    );
  });

  test('no list holds an entry twice or an empty one', () => {
    expect(lists.length).toBeGreaterThan(40);
    for (const [name, lines] of lists) {
      const entries = lines.flatMap((line) => line.split(','));
      expect(
        entries.filter((entry, i) => entry.trim() !== entry || entry === '' || entries.indexOf(entry) !== i),
        name,
      ).toEqual([]);
    }
  });

  test('no rule leads back to itself', () => {
    const open = new Set<string>();
    const done = new Set<string>();
    const walk = (name: string): void => {
      expect(open.has(name), `${name} uses itself`).toBe(false);
      if (done.has(name)) return;
      open.add(name);
      for (const source of grammar.rules[name] ?? []) {
        for (const match of source.matchAll(/\{(?:a )?(\w+)/g)) walk(match[1] as string);
      }
      open.delete(name);
      done.add(name);
    };
    expect(Object.keys(grammar.rules).length).toBeGreaterThan(5);
    for (const name of Object.keys(grammar.rules)) walk(name);
  });

  test('every list and rule is used', () => {
    const used = new Set([...patterns.matchAll(/\{(?:a )?(\w+)/g)].map((match) => match[1]));
    // A topic's terms stand in frames as they are.
    for (const { terms = {} } of Object.values(grammar.topics))
      for (const term of Object.values(terms)) used.add(term);
    const made = [...lists.map(([name]) => name), ...Object.keys(grammar.rules)];
    expect(made.filter((name) => !used.has(name))).toEqual([]);
  });
});
