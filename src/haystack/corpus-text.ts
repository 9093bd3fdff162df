import { sentenceCuts } from './sentence-cuts.ts';

/** A corpus text with its sentences and its bytes: what does not depend on any tokenizer. */
export interface CorpusText {
  readonly text: string;
  /** `cuts[k]` = character offset where sentence k starts; one more entry for the end. */
  readonly cuts: Uint32Array;
  /** UTF-8 of the text. */
  readonly utf8: Uint8Array;
  /** UTF-8 of the text as it stands between the quotes of a JSON string. */
  readonly json: Uint8Array;
  /** Where every `marksEvery`th sentence starts in `utf8` and in `json`, in pairs. */
  readonly marks: Uint32Array;
}

/** Sentences from one mark to the next: a few kilobytes to walk at most, a sixteenth of the offsets to keep. */
const marksEvery = 16;
const encoder = new TextEncoder();

/** Cuts a text into sentences and encodes it, once. Lone surrogates become U+FFFD, as they would on the wire. */
export function corpusText(given: string): CorpusText {
  const text = given.toWellFormed();
  const cuts = sentenceCuts(text);
  const utf8 = encoder.encode(text);
  const { json, marks } = escapeBytes(text, cuts, utf8);
  return { text, cuts, utf8, json, marks };
}

/** The bytes of `text.slice(from, to)`: views on the whole, found by a binary search and a walk of a few sentences. */
export function sliceBytes(corpus: CorpusText, from: number, to: number, form: 'utf8' | 'json'): Uint8Array {
  return corpus[form].subarray(byteOffset(corpus, from, form), byteOffset(corpus, to, form));
}

/** Where the character at `position` starts in the bytes of `form`. */
function byteOffset(corpus: CorpusText, position: number, form: 'utf8' | 'json'): number {
  const { cuts, marks, text } = corpus;
  let low = 0;
  let high = marks.length / 2 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((cuts[middle * marksEvery] as number) <= position) low = middle;
    else high = middle - 1;
  }
  const walked = text.slice(cuts[low * marksEvery] as number, position);
  const utf8From = marks[2 * low] as number;
  if (form === 'utf8') return utf8From + utf8Length(walked);
  return (marks[2 * low + 1] as number) + utf8Length(walked) + escapesIn(walked);
}

/** UTF-8 bytes of a well-formed text. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Each half of a surrogate pair stands for two of its four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

function escapesIn(text: string): number {
  let extra = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x5d) extra += growth[code] as number;
  }
  return extra;
}

/** What JSON adds to a byte: 1 for the short escapes, 5 for `\u00xx`, 0 for the rest (as `JSON.stringify` does). */
const growth = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code === 0x22 || code === 0x5c) return 1;
  if (code >= 0x20) return 0;
  return [0x08, 0x09, 0x0a, 0x0c, 0x0d].includes(code) ? 1 : 5;
});

function escapeBytes(
  text: string,
  cuts: Uint32Array,
  utf8: Uint8Array,
): { readonly json: Uint8Array; readonly marks: Uint32Array } {
  let size = utf8.length;
  for (let i = 0; i < utf8.length; i++) size += growth[utf8[i] as number] as number;
  const json = new Uint8Array(size);
  const marks = new Uint32Array(2 * Math.ceil(cuts.length / marksEvery));
  let out = 0;
  let read = 0;
  const copyTo = (end: number): void => {
    let start = read;
    for (; read < end; read++) {
      const byte = utf8[read] as number;
      if (growth[byte] === 0) continue;
      json.set(utf8.subarray(start, read), out);
      out += read - start;
      const escaped = encoder.encode(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
      json.set(escaped, out);
      out += escaped.length;
      start = read + 1;
    }
    json.set(utf8.subarray(start, read), out);
    out += read - start;
  };
  let character = 0;
  let byteAt = 0;
  for (let mark = 0; mark * marksEvery < cuts.length; mark++) {
    const cut = cuts[mark * marksEvery] as number;
    byteAt += utf8Length(text.slice(character, cut));
    character = cut;
    copyTo(byteAt);
    marks[2 * mark] = byteAt;
    marks[2 * mark + 1] = out;
  }
  copyTo(utf8.length);
  return { json, marks };
}
