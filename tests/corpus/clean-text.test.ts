import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { cleanText } from '../../src/corpus/clean-text.ts';
import { endlessRunAt } from '../../src/corpus/endless-run.ts';
import { addFindings, mostSpecials, noFindings, notesOn } from '../../src/corpus/findings.ts';

const clean = (text: string) => cleanText(Buffer.from(text), 'a.txt');

function failure(bytes: Uint8Array): NeedlescopeError {
  try {
    cleanText(bytes, 'a.txt');
  } catch (error) {
    if (error instanceof NeedlescopeError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('cleaning', () => {
  test.each([
    ['a byte order mark', '\ufeffOne.', 'One.'],
    ['a byte order mark inside', 'One.\ufeff Two.', 'One. Two.'],
    ['CRLF and CR', 'One.\r\nTwo.\rThree.\r\r\nFour.', 'One.\nTwo.\nThree.\n\nFour.'],
    [
      'NUL and other controls, tabs and line breaks kept',
      'A long one\0two\u001b\u007f\u009bthree\tfour\nfive and more text around it',
      'A long one two   three\tfour\nfive and more text around it',
    ],
    ['form feed', 'the end of a page\fThe next page', 'the end of a page The next page'],
    ['NEL, line and paragraph separator', 'one\u0085two\u2028three\u2029four', 'one\ntwo\nthree\nfour'],
    ['direction marks and overrides', 'a\u200eb\u200fc\u202ad\u202ee\u2066f\u2069g\u061ch', 'abcdefgh'],
    [
      'zero-width spaces, word joiners, soft hyphens',
      'zero\u200bwidth joi\u2060ner hy\u00adphen',
      'zerowidth joiner hyphen',
    ],
    ['tag characters that spell a hidden order', 'plain\u{e0001}\u{e0069}\u{e007f} text', 'plain text'],
    ['joiners that scripts and emoji need', 'می\u200cخواهم 👩\u200d🌾', 'می\u200cخواهم 👩\u200d🌾'],
    [
      'ordinary signs next to those ranges',
      '\u00a0\u00ac\u00ae\u200a\u2010\u2027\u202f\u205f\u2070 \uffff',
      '\u00a0\u00ac\u00ae\u200a\u2010\u2027\u202f\u205f\u2070 \uffff',
    ],
    ['astral characters that share a half with a tag', '\u{e0100}x\u{e0180}y', '\u{e0100}x\u{e0180}y'],
  ])('%s', (_name, given, wanted) => {
    expect(clean(given).text).toBe(wanted);
  });

  test('leaves no control and nothing invisible, keeps the rest, and does the same twice', () => {
    const odd = fc.constantFrom(
      ...'\0\t\n\r\f\u0085\u009f\u00ad\u061c\u200b\u200c\u200d\u200e\u2028\u202e\u2060\u2064\u206f\ufeff\ufffa\ufffd',
      '\u{e0020}',
      '\u{e007f}',
      '\u{e0100}',
      '😀',
      '天',
    );
    const plain = fc
      .string({ unit: 'grapheme', minLength: 40, maxLength: 80 })
      .map((text) => `some plain text. ${text}`);
    const text = fc
      .tuple(plain, fc.array(fc.oneof(odd, plain), { maxLength: 12 }))
      .map(([a, b]) => [a, ...b].join(''));
    fc.assert(
      fc.property(text, (given) => {
        let got = '';
        try {
          got = clean(given).text;
        } catch (error) {
          // Random graphemes may be controls themselves: more than one in ten is refused as binary.
          expect((error as Error).message).toContain('control characters');
          return;
        }
        expect(got).not.toMatch(
          /(?![\t\n])[\p{Cc}\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u,
        );
        expect(clean(got).text).toBe(got);
        expect(got.isWellFormed()).toBe(true);
        const kept = /\u200c|\u200d|\ufffd|😀|天/gu;
        expect(got.match(kept)).toEqual(given.match(kept));
      }),
    );
  });

  test('counts what it met', () => {
    expect(
      clean(`${'plain text '.repeat(9)}\0\u0001 \u200b\u{e0041}\ufeff \ufffd\ufffd <|im_end|> [INST]`)
        .findings,
    ).toEqual({
      controls: 2,
      hidden: 3,
      damaged: 2,
      specials: 2,
      firstSpecial: '<|im_end|>',
      frames: 0,
    });
    expect(clean('plain text').findings).toEqual(noFindings);
  });

  test.each([
    '<|endoftext|>',
    '<|im_start|>',
    '<|begin_of_text|>',
    '<|eot_id|>',
    '<｜begin▁of▁sentence｜>',
    '</s>',
    '<s>',
    '<eos>',
    '<sop>',
    '<start_of_turn>',
    '<<SYS>>',
    '[/INST]',
    '[gMASK]',
    '[CLS]',
  ])('%s stays as text, and is told', (token) => {
    const { text, findings } = clean(`before ${token} after`);
    expect(text).toBe(`before ${token} after`);
    expect(notesOn(findings).join()).toContain(
      `special tokens (${JSON.stringify(token)} first, once in all)`,
    );
  });

  test.each(['a < b | c > d', '[1] and [INSTALL]', '<span>', '<| not a token |>', 'if (a<s) b>', '<||>'])(
    '%s is no special token',
    (text) => {
      expect(notesOn(clean(text).findings)).toEqual([]);
    },
  );

  test('stops counting special tokens at some point', () => {
    const { findings } = clean('<s> '.repeat(mostSpecials + 10));
    expect(findings.specials).toBe(mostSpecials);
    expect(notesOn(findings).join()).toContain('1000 times or more');
  });
});

test('findings add up to a note each', () => {
  const one = { controls: 1, hidden: 2, damaged: 1, specials: 1, firstSpecial: '<s>', frames: 1 };
  const two = { ...one, damaged: 4, firstSpecial: '</s>' };
  const both = addFindings(addFindings(noFindings, one), two);
  expect(both).toEqual({ controls: 2, hidden: 4, damaged: 5, specials: 2, firstSpecial: '<s>', frames: 2 });
  const notes = notesOn(both);
  expect(notes).toHaveLength(5);
  expect(notes.join('\n')).toMatch(
    /<s>.* 2 times[\s\S]*U\+FFFD 5 times[\s\S]*4 invisible[\s\S]*2 control[\s\S]*Gutenberg/,
  );
  expect(notesOn(noFindings)).toEqual([]);
});

describe('what is no text', () => {
  test.each([
    ['UTF-16 with its mark', Buffer.from('\ufeffOne. Two.', 'utf16le'), 'UTF-16'],
    ['UTF-16 without it', Buffer.from('One. Two.', 'utf16le'), 'UTF-16'],
    ['binary data', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0xff, 0x80]), 'binary'],
    ['NULs', Buffer.alloc(5_000), 'binary'],
    ['GBK', Buffer.from([0xd6, 0xd0, 0xce, 0xc4]), 'GB18030'],
  ])('%s is refused in words', (_name, bytes, word) => {
    const error = failure(bytes);
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toMatch(/^expected (UTF-8|text), but a\.txt is /);
    expect(error.hint).toContain(word);
  });
});

describe('runs without a break', () => {
  /** The rule as one pattern: slow, and plainly right. */
  const pattern = new RegExp(
    ['[^\\s\\p{P}]', '[\\p{P}\\p{S}]', '\\s'].map((kind) => `(?<!${kind})${kind}{4001}`).join('|'),
    'u',
  );

  test('are found where they start, whatever stands around them', () => {
    const unit = fc.constantFrom('x', '天', '-', '=', ' ', '\n', '😀', '𠀀', '。');
    const piece = fc.oneof(
      fc.record({ unit, times: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ unit, times: fc.constantFrom(1_999, 2_001, 3_999, 4_000, 4_001, 4_002, 9_000) }),
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.map(({ unit, times }) => unit.repeat(times)).join('');
        const at = pattern.exec(text)?.index ?? -1;
        expect(endlessRunAt(text)).toBe(at);
        if (at >= 0) found++;
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
