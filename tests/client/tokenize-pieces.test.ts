import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfPieces, type TokenPiece } from '../../src/client/token-pieces.ts';
import { byteLevel, pieceOf, sentencePieces, toyBytes, toyTokens } from './tokenize-server.ts';

const characters = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    ' ',
    '  ',
    '\n',
    '\t',
    '\u0000',
    '\ufeff',
    'Ġ',
    '灯塔。',
    '🦀',
    '👩‍🚀',
    'é',
    'e\u0301',
    '<0x41>',
  ),
);
const texts = fc.array(characters, { maxLength: 12 }).map((parts) => parts.join('').toWellFormed());
const sizes = fc.integer({ min: 1, max: 6 });
const strings = (text: string, size: number): TokenPiece[] => toyTokens(text, size).map(byteLevel);
const pieces = (text: string, size: number): TokenPiece[] => toyTokens(text, size).map(pieceOf);

test('bytes of tokens are read from pieces and from byte-level strings, wherever the cuts fall', () => {
  fc.assert(
    fc.property(texts, sizes, (text, size) => {
      const bytes = toyBytes(text, size);
      expect(bytesOfPieces(pieces(text, size), text)).toEqual(bytes);
      expect(bytesOfPieces(strings(text, size), text)).toEqual(bytes);
    }),
  );
});

test('bytes of tokens are read from SentencePiece strings, with and without a space put in front', () => {
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(!text.includes('<0x') && !text.includes('\u2581'));
      const bytes = (piece: string): number =>
        piece.startsWith('<0x') ? 1 : Buffer.byteLength(piece.replaceAll('\u2581', ' '));
      const bare = sentencePieces(text);
      expect(bytesOfPieces(bare, text)).toEqual(bare.map(bytes));
      const prefixed = sentencePieces(` ${text}`);
      const [first = 0, ...rest] = prefixed.map(bytes);
      expect(bytesOfPieces(prefixed, text)).toEqual([first - 1, ...rest]);
    }),
  );
});

test('what comes out adds up to the text whatever was answered', () => {
  const answers = fc.array(
    fc.oneof(characters, fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 4 })),
  );
  let read = 0;
  fc.assert(
    fc.property(texts, answers, fc.boolean(), (text, other, honest) => {
      const answer = honest ? [text] : other;
      const bytes = bytesOfPieces(answer, text);
      if (bytes === null) return;
      read += 1;
      expect(bytes).toHaveLength(answer.length);
      expect(bytes.reduce((sum, length) => sum + length, 0)).toBe(Buffer.byteLength(text));
    }),
  );
  expect(read).toBeGreaterThan(10);
});

test.each([
  ['a token is missing', ['The', ' light'], 'The lighthouse'],
  ['a token is too much', ['The', ' lighthouse', 's'], 'The lighthouse'],
  ['a mark stands in front', ['<s>', 'The'], 'The'],
  ['a letter stands in front', ['aThe'], 'The'],
  ['as many bytes, of another text', ['The', ' lighthause'], 'The lighthouse'],
  ['the text was normalised', ['caf', 'é'], 'cafe\u0301'],
  ['two spaces were put in front', ['  The'], 'The'],
  ['a token is unknown', ['<unk>'], '灯'],
  ['word pieces', ['light', '##house'], 'lighthouse'],
  ['spaces were dropped', ['The', 'light'], 'The light'],
  ['the text has the sign for a space', ['a', '\u2581\u2581', '\u2581b'], 'a \u2581 b'],
])('null where %s', (_, answer, text) => {
  expect(bytesOfPieces(answer, text)).toBeNull();
});

test('special and added tokens are text like any other', () => {
  expect(bytesOfPieces(['<|endoftext|>', 'Ġx'], '<|endoftext|> x')).toEqual([13, 2]);
  expect(bytesOfPieces(['Ġx', '<｜User｜>', 'æķ'], ' x<｜User｜>\u6557'.slice(0, -1))).toBeNull();
  expect(bytesOfPieces(['Ġx', '<｜User｜>', 'y'], ' x<｜User｜>y')).toEqual([2, 12, 1]);
  expect(bytesOfPieces([], '')).toEqual([]);
  expect(bytesOfPieces(['', 'ab', ''], 'ab')).toEqual([0, 2, 0]);
  // The space in front is a token of its own: it stands for no byte of the text.
  expect(bytesOfPieces(['\u2581', '灯', '塔'], '灯塔')).toEqual([0, 3, 3]);
});
