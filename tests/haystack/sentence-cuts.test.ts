import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { generateProse } from '../../src/corpus/generate.ts';
import { sentenceCuts } from '../../src/haystack/sentence-cuts.ts';
import { f1, goldTexts, scoreOnGold } from './gold-score.ts';
import { intlCuts } from './intl-cuts.ts';
import { markedTexts } from './sentence-gold.ts';
import { simpleCuts } from './simple-cuts.ts';

/** The text with ¦ at every cut but the first and the last. */
function mark(text: string): string {
  return piecesOf(text).join('¦');
}

function piecesOf(text: string): string[] {
  const cuts = [...sentenceCuts(text)];
  return cuts.slice(1).map((cut, k) => text.slice(cuts[k], cut));
}

describe('the gold set', () => {
  test('is large, and of many languages', () => {
    expect(goldTexts.length).toBeGreaterThan(240);
    expect(Object.keys(markedTexts).length).toBeGreaterThanOrEqual(16);
    expect(goldTexts.filter(({ cuts }) => cuts.length === 0).length).toBeGreaterThan(3);
  });

  for (const [group, texts] of Object.entries(markedTexts)) {
    test(group, () => {
      expect(texts.map((text) => mark(text.replaceAll('¦', '')))).toEqual(texts);
    });
  }

  test('is met better than by a few simple rules, and than by Intl.Segmenter', () => {
    const ours = f1(scoreOnGold(sentenceCuts));
    expect(ours).toBeGreaterThan(0.99);
    expect(f1(scoreOnGold(simpleCuts))).toBeLessThan(0.9);
    for (const locale of ['en', 'zh']) expect(f1(scoreOnGold(intlCuts(locale)))).toBeLessThan(0.9);
  });
});

describe('our own prose', () => {
  for (const language of ['en', 'zh'] as const) {
    test(`1 MB of prose-${language} is cut where a mark ends a sentence, and nowhere else`, () => {
      const text = generateProse({ language, seed: 7, chars: language === 'en' ? 1_000_000 : 350_000 });
      const cuts = [...sentenceCuts(text)];
      expect(cuts.length).toBeGreaterThan(8_000);
      expect(cuts).toEqual(simpleCuts(text));
    });
  }
});

describe('the ends of a text', () => {
  test('nothing, white space and marks alone are one sentence', () => {
    expect([...sentenceCuts('')]).toEqual([0, 0]);
    for (const text of [' ', '\n\n', 'a', '...', '!!! ???', '\ud800']) {
      expect([...sentenceCuts(text)]).toEqual([0, text.length]);
    }
  });

  test('white space at either end is no sentence of its own', () => {
    expect(mark('\n\n  One.\n\nTwo. \n\n ')).toBe('\n\n  One.\n\n¦Two. \n\n ');
    expect(mark('\n```\na. B\n```\nTwo.')).toBe('\n```\na. B\n```\n¦Two.');
  });
});

test('what lies behind a blank line, or comes last, does not change what a mark means', () => {
  expect(mark('Go! “\n\nnow')).toBe('Go!¦ “\n\n¦now');
  expect(mark('Go! “now')).toBe('Go! “now');
  expect(mark('One\n>')).toBe('One\n>');
  expect(mark('One\n>\n\nTwo')).toBe('One\n>\n\n¦Two');
});

describe('a stretch without a sentence end', () => {
  const random = randomStream(1, 'long stretches');
  const pick = (words: readonly string[], count: number): string[] =>
    Array.from({ length: count }, () => random.pick(words));
  const lengths = (text: string): number[] => piecesOf(text).map((piece) => piece.length);
  const expectUsual = (text: string): void => {
    expect(text.length).toBeGreaterThan(5_000);
    expect(lengths(text).length).toBeGreaterThan(5);
    // Between 600 and 1,200 characters, but for the last piece.
    expect(Math.min(...lengths(text).slice(0, -1))).toBeGreaterThanOrEqual(600);
    expect(Math.max(...lengths(text))).toBeLessThanOrEqual(1_200);
  };

  test('is left alone up to 1,200 characters', () => {
    expect(piecesOf('word '.repeat(240).trimEnd())).toHaveLength(1);
    expect(piecesOf('word '.repeat(241).trimEnd())).toHaveLength(2);
    expect(piecesOf(`${'word '.repeat(240).trimEnd()}\n\nThe end.`)).toHaveLength(2);
  });

  test('is cut before the spaces between words, where there is nothing better', () => {
    const text = pick(['mill', 'river', 'weir  gate', 'under-way'], 1_500).join(' ');
    expectUsual(text);
    for (const piece of piecesOf(text).slice(1)) expect(piece).toMatch(/^ {1,2}[mruwg]/);
  });

  test('is cut after commas rather than between words, and between lines rather than after commas', () => {
    const clauses = pick(['the mill stands, and so on', 'the river runs'], 400).join(' ');
    expectUsual(clauses);
    for (const piece of piecesOf(clauses).slice(0, -1)) expect(piece.at(-1)).toBe(',');
    const verse = pick(['the mill stands, and so', 'the river runs'], 500).join('\n');
    expectUsual(verse);
    for (const piece of piecesOf(verse).slice(0, -1)) expect(piece.at(-1)).toBe('\n');
  });

  test('Chinese is cut after ，、；： and their closing marks', () => {
    const text = pick(['河水流过', '“走吧，”他笑着说', '灯塔、', '城市，', '春天；', '说：'], 2_000).join('');
    expectUsual(text);
    for (const piece of piecesOf(text).slice(0, -1)) expect(piece).toMatch(/[，、；：]”?$/);
    for (const piece of piecesOf(text)) expect(piece).not.toMatch(/^[”，、；：]/);
  });

  test('scripts without spaces are cut between words', () => {
    const words = {
      thai: ['โรงเรียน', 'นักเรียน', 'ประเทศ', 'หนังสือ', 'อาหาร', 'กรุงเทพ', 'ภาษา'],
      han: ['图书馆', '老师', '城市', '学生', '飞机', '北京', '天气'],
      khmer: ['ផ្ទះ', 'មនុស្ស', 'សៀវភៅ'],
    };
    for (const list of Object.values(words)) {
      const text = pick(list, 2_500).join('');
      expectUsual(text);
      // Every piece is made of whole words: that is more than not to split a character.
      const whole = new RegExp(`^(?:${list.join('|')})+$`);
      for (const piece of piecesOf(text)) expect(piece).toMatch(whole);
    }
  });

  test('a run of letters has no place at all', () => {
    expect(piecesOf('a'.repeat(5_000))).toHaveLength(1);
    // An Arabic number sign takes in what follows it, be it a space.
    expect(piecesOf('a\u0600 '.repeat(1_000))).toHaveLength(1);
    expect(piecesOf(`${'a'.repeat(5_000)} ${'b'.repeat(5_000)} c`)).toHaveLength(3);
  });
});

describe('fences and tables', () => {
  const line = '  const heron = weir(3.5); // It stands. It waits.\n';
  const fenced = (code: string): string => `Run this:\n\n\`\`\`js\n${code}\`\`\`\n\nIt waits.`;

  test('a fence of usual length is one piece, whatever stands in it', () => {
    const text = fenced(`${line}\n\n# Title\n\n| a |\n${line}`.repeat(6));
    expect(text.length).toBeLessThan(1_000);
    expect(piecesOf(text)).toHaveLength(3);
    expect(piecesOf(text.replace('```\n\nIt', '\n\nIt'))).toHaveLength(2);
  });

  test('a long fence is cut at its blank lines, else between lines, never in a line', () => {
    const blanks = piecesOf(fenced(`${line.repeat(3)}\n`.repeat(40))).slice(1, -1);
    expect(blanks.length).toBeGreaterThan(5);
    for (const piece of blanks) expect(piece).toMatch(/\n\n$/);
    const solid = piecesOf(fenced(line.repeat(200))).slice(1, -1);
    expect(solid.length).toBeGreaterThan(5);
    for (const piece of solid) expect(piece).toMatch(/^(?:```js\n)?(?: {2}const[^\n]*\n)+(?:```\n\n)?$/);
    expect(Math.max(...solid.map((piece) => piece.length))).toBeLessThanOrEqual(1_200);
  });

  test('a line of code that is longer than any sentence is cut before white space', () => {
    const text = fenced(`${'a(1); '.repeat(1_000)}\n`);
    const inside = piecesOf(text).slice(1, -1);
    expect(inside.length).toBeGreaterThan(5);
    expect(Math.max(...inside.map((piece) => piece.length))).toBeLessThanOrEqual(1_200);
  });

  test('a long table is cut between its rows', () => {
    const rows = piecesOf(
      `| Name | Note |\n|---|---|\n${'| Weir | It holds. It waits. |\n'.repeat(200)}\nThe end.`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const piece of rows.slice(0, -1)) expect(piece).toMatch(/^(?:\|[^\n]*\|\n)+\n?$/);
  });
});

describe('texts that break splitters', () => {
  const longest = ['a', '.', ' ', '\n', '"', '”', 'word ', '河', '。', '🙂'];
  const units = [
    ...[
      '. ',
      '!”',
      '!"',
      '“',
      "'",
      'a, ',
      'a\n',
      '\r\n',
      '\u2028',
      '\t',
      '\u3000',
      '。”',
      '。"',
      '"。"',
      '。**',
      '！”他说',
    ],
    ...[
      '我……',
      '，',
      '，”',
      'ก',
      '가',
      '!🙂',
      '! 🙂 ',
      '👩‍👩‍👧',
      'e\u0301',
      '\ud800',
      '`',
      '`a',
      '``a`',
      '```\n',
      '```a',
      '~~~\n',
    ],
    ...[
      '|',
      '| a |\n',
      '> ',
      '>\n',
      '- ',
      '1. a\n',
      '* ',
      '-\n',
      '# ',
      'A. ',
      'a. ',
      'No. ',
      'U.S.',
      '.[1]',
      '. [1]',
      '.¹',
    ],
    ...['. . .', '…', '. »', '(', '.)', '“Go!” John John John ', "``x'' ", 'α; '],
  ];
  const cases = [
    ...longest.map((unit) => [unit, 1_000_000] as const),
    ...units.map((unit) => [unit, 100_000] as const),
  ];

  // No time is asserted: what takes the square of the length would not end.
  test.each(cases)('%j, %i characters of it', (unit, length) => {
    const text = unit.repeat(Math.ceil(length / unit.length));
    const cuts = sentenceCuts(text);
    expect(cuts[0]).toBe(0);
    expect(cuts.at(-1)).toBe(text.length);
    expect(cuts.every((cut, k) => k === 0 || cut > (cuts[k - 1] as number))).toBe(true);
  });
});
