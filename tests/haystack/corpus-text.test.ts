import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CorpusText, corpusText, sliceBytes, utf8Length } from '../../src/haystack/corpus-text.ts';
import { roughText } from './rough-text.ts';

const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function expectSlice(corpus: CorpusText, from: number, to: number): void {
  const text = corpus.text.slice(from, to);
  expect(decode(sliceBytes(corpus, from, to, 'utf8'))).toBe(text);
  expect(decode(sliceBytes(corpus, from, to, 'json'))).toBe(JSON.stringify(text).slice(1, -1));
}

test('the bytes are those of the text, and of its JSON string', () => {
  const awkward = fc.constantFrom(
    '"',
    '\\',
    '\n',
    '\t',
    '\u0000',
    '\u001f',
    '\u007f',
    '\u2028',
    '灯',
    'é',
    '🙂',
    '. ',
    '。',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(awkward, fc.string({ unit: 'grapheme' })), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const corpus = corpusText(text);
      expect(decode(corpus.utf8)).toBe(text);
      expect(decode(corpus.json)).toBe(JSON.stringify(text).slice(1, -1));
      expect(utf8Length(text)).toBe(corpus.utf8.length);
    }),
  );
});

test.each(['en', 'zh'] as const)(
  '%s: any slice between characters is the same in text, UTF-8 and JSON',
  (language) => {
    const corpus = corpusText(roughText(language, 900, 5));
    expect(corpus.cuts.length).toBeGreaterThan(400);
    const place = fc.integer({ min: 0, max: corpus.text.length });
    // A slice never starts inside a surrogate pair: cuts do not.
    const whole = (at: number): number => (/[\uDC00-\uDFFF]/.test(corpus.text[at] ?? '') ? at + 1 : at);
    fc.assert(
      fc.property(place, place, (one, other) => {
        expectSlice(corpus, whole(Math.min(one, other)), whole(Math.max(one, other)));
      }),
      { numRuns: 300 },
    );
    for (let k = 0; k + 1 < corpus.cuts.length; k += 7) {
      expectSlice(corpus, corpus.cuts[k] as number, corpus.cuts[k + 1] as number);
    }
  },
);

test('a lone surrogate becomes the character that stands for it on the wire', () => {
  const corpus = corpusText('one \ud800 two. three \udc00. four');
  expect(corpus.text).toBe('one \ufffd two. three \ufffd. four');
  expect(decode(corpus.utf8)).toBe(corpus.text);
});

test('an empty text has no bytes and no sentence', () => {
  const { cuts, utf8, json } = corpusText('');
  expect([[...cuts], utf8.length, json.length]).toEqual([[0, 0], 0, 0]);
});
