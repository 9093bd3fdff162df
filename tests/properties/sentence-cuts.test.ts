import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentenceCuts } from '../../src/haystack/sentence-cuts.ts';
import { markedTexts } from '../haystack/sentence-gold.ts';

/** What texts are made of: words of many scripts, marks, white space, Markdown, and characters that hang together. */
const fragments = [
  ...[
    'the',
    'Heron',
    'I',
    'U.S.',
    'Mr.',
    'e.g.',
    'No.',
    '3.14',
    '12.',
    'iPhone',
    'naïve',
    'e\u0301',
    'C:\\a.txt',
  ],
  ...[
    '河',
    '他说',
    '走吧',
    '的',
    'かな',
    'カナ',
    'と',
    '가자',
    'สวัสดี',
    'ประเทศ',
    'क्षि',
    'वह',
    'نعم',
    'د',
    'Иди',
    'г',
    'ΤΙ',
    'က',
    'ሄደ',
  ],
  ...[
    '.',
    '.',
    '!',
    '?',
    '...',
    '…',
    '……',
    '。',
    '！',
    '？',
    '｡',
    '．',
    '؟',
    '۔',
    '।',
    '։',
    '።',
    ';',
    '‼',
    '——',
    ',',
    '，',
    '、',
    '：',
  ],
  ...[
    '"',
    "'",
    '“',
    '”',
    '‘',
    '’',
    '「',
    '」',
    '（',
    '）',
    '《',
    '》',
    '(',
    ')',
    '[1]',
    '¹',
    '«',
    '»',
    '**',
    '_',
    '`',
    '``',
    ':)',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    '  ',
    '\n',
    '\n',
    '\n\n',
    '\t',
    '\u00a0',
    '\u3000',
    '\u2028',
    '\u2029',
    '\u0085',
    '\r\n',
    '\u200b',
  ],
  ...['# ', '- ', '1. ', '2. ', '> ', '>', '| a. B |', '```', '~~~', '\n---\n', '\n```js\n', '\n```\n'],
  ...[
    '🙂',
    '👩‍👩‍👧',
    '👍🏽',
    '❤\ufe0f',
    '🇫🇷',
    '\ufe0f',
    '\u200d',
    '\u0301',
    '\u{1f3fd}',
    '\u{e0041}',
    '\u0600',
    'ำ',
    '𠮷',
    '𝐀',
    '\u1100',
    '\u1161',
  ],
];
const wildText = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...fragments) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
  )
  .map((parts) => parts.join(''));
/** Long enough that stretches without an end are cut as well. */
const longText = fc
  .array(fc.tuple(wildText, fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([text, times]) => text.repeat(times)).join(''))
  .map((text) => text.slice(0, 12_000).toWellFormed());
const anyText = fc.oneof({ weight: 3, arbitrary: wildText }, longText, fc.string({ unit: 'grapheme' }));

const white = /^[\s\u0085]*$/;
const lineBreak = /[\n\r\u0085\u2028\u2029]/;
const wordCharacter = /[\p{L}\p{N}]/u;
const spaceless = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });

function cutsOf(text: string): number[] {
  return [...sentenceCuts(text)];
}

function characterBefore(text: string, at: number): string {
  return [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
}

function characterAfter(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0x20);
}

test('cuts ascend from 0 to the length, and every sentence holds more than white space', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const cuts = cutsOf(text);
      expect(cuts[0]).toBe(0);
      expect(cuts.at(-1)).toBe(text.length);
      const sentences = cuts.slice(1).map((cut, k) => text.slice(cuts[k], cut));
      expect(sentences.join('')).toBe(text);
      if (white.test(text)) expect(sentences).toHaveLength(1);
      else expect(sentences.filter((sentence) => white.test(sentence))).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('no cut splits a surrogate pair or a character that is made of several, nor stands behind a space', () => {
  let seen = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const inner = cutsOf(text).slice(1, -1);
      seen += inner.length;
      const characters = graphemes.segment(text);
      expect(inner.filter((cut) => characters.containing(cut)?.index !== cut)).toEqual([]);
      const behind = inner.map((cut) => text[cut - 1] as string);
      expect(behind.filter((character) => white.test(character) && !lineBreak.test(character))).toEqual([]);
    }),
    { numRuns: 600 },
  );
  expect(seen).toBeGreaterThan(1_000);
});

test('no cut splits a word; where a script has no spaces, its dictionary says what a word is', () => {
  let seen = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const cuts = cutsOf(text);
      for (const [k, cut] of cuts.slice(0, -1).entries()) {
        const [left, right] = [characterBefore(text, cut), characterAfter(text, cut)];
        if (k === 0 || !wordCharacter.test(left) || !wordCharacter.test(right)) continue;
        seen += 1;
        expect(spaceless.test(left) && spaceless.test(right)).toBe(true);
        // The dictionary reads from the sentence's start, in a long one from the 600 characters that the cut is in.
        const before = cuts[k - 1] as number;
        const window = before + 600 * Math.floor((cut - before) / 600);
        const isBoundary = (from: number): boolean =>
          words.segment(text.slice(from, window + 600)).containing(cut - from)?.index === cut - from;
        expect(isBoundary(before) || isBoundary(window)).toBe(true);
      }
    }),
    { numRuns: 600 },
  );
  expect(seen).toBeGreaterThan(10);
});

describe('locality', () => {
  const gold = Object.values(markedTexts)
    .flat()
    .map((text) => text.replaceAll('¦', ''));
  /** Text without a fence: one that is left open reaches over blank lines. */
  const paragraphs = fc
    .oneof({ weight: 3, arbitrary: wildText }, longText, fc.constantFrom(...gold))
    .map((text) => text.replace(/`{2,}|~{2,}/g, '`').replace(/^[\s\u0085>]+|[\s\u0085]+$/g, ''))
    .filter((text) => text !== '');

  test('two texts with a blank line between them are cut as each of them is', () => {
    fc.assert(
      fc.property(paragraphs, paragraphs, (one, two) => {
        const between = one.length + 2;
        const expected = [
          ...cutsOf(one).slice(0, -1),
          between,
          ...cutsOf(two)
            .slice(1)
            .map((cut) => cut + between),
        ];
        expect(cutsOf(`${one}\n\n${two}`)).toEqual(expected);
      }),
      { numRuns: 600 },
    );
  });

  test('a text that grows by paragraphs keeps the cuts it had, up to its last paragraph', () => {
    fc.assert(
      fc.property(fc.array(paragraphs, { minLength: 2, maxLength: 6 }), fc.nat(), (all, some) => {
        const short = all.slice(0, 1 + (some % (all.length - 1))).join('\n\n');
        const cuts = cutsOf(short).slice(0, -1);
        expect(cutsOf(all.join('\n\n')).slice(0, cuts.length)).toEqual(cuts);
      }),
      { numRuns: 200 },
    );
  });
});
