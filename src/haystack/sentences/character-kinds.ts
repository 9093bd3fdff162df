/* Kinds of characters by UTF-16 code unit, for loops that look at one unit at a time. */

const letter = 1;
const mark = 2;
const digit = 4;
const white = 8;
const lineBreak = 16;
const cjk = 32;
const endMark = 64;
const upper = 128;
const lower = 256;
const joining = 512;
const other = 1024;

/** What makes each kind. White space is JavaScript's and U+0085; the dots that trail off end sentences, too. */
const patterns: readonly (readonly [number, RegExp])[] = [
  [letter, /\p{L}+/gu],
  [mark, /\p{M}+/gu],
  [digit, /\p{N}+/gu],
  [white, /[\s\u0085]+/gu],
  [lineBreak, /[\n\r\u0085\u2028\u2029]+/gu],
  [cjk, /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+/gu],
  [endMark, /[\p{STerm}…‥]+/gu],
  [upper, /[\p{Lu}\p{Lt}]+/gu],
  [lower, /\p{Ll}+/gu],
  [joining, /(?:[\p{M}\p{Gr_Ext}\u0e33\u0eb3]|\u200d)+/gu],
  // Inline code, and the question mark of Greek.
  [other, /[`;\u037e]/g],
];

let table: Uint16Array | undefined;

/** The table of all code units, made when it is first needed. Halves of surrogate pairs are of no kind. */
function kindsTable(): Uint16Array {
  const kinds = new Uint16Array(0x10000);
  for (let from = 0; from < 0x10000; from += 0x800) {
    if (from === 0xd800) continue;
    const units = String.fromCharCode(...Array.from({ length: 0x800 }, (_, i) => from + i));
    for (const [kind, pattern] of patterns) {
      for (const { index, 0: run } of units.matchAll(pattern)) {
        for (let at = from + index; at < from + index + run.length; at++)
          kinds[at] = (kinds[at] as number) | kind;
      }
    }
  }
  // Halves of the pairs that write Han beyond the basic plane.
  kinds.fill(cjk, 0xd840, 0xd88e);
  return kinds;
}

function is(code: number, kind: number): boolean {
  table ??= kindsTable();
  return ((table[code] as number) & kind) !== 0;
}

/** The first position from `from` on where a sentence may end or inline code begin, or the text's length. */
export function nextCandidate(text: string, from: number): number {
  table ??= kindsTable();
  const kinds = table;
  const wanted = endMark | lineBreak | other;
  const { length } = text;
  let at = from;
  while (at < length && ((kinds[text.charCodeAt(at)] as number) & wanted) === 0) at++;
  return at;
}

export const isLetter = (code: number): boolean => is(code, letter);
export const isLetterOrMark = (code: number): boolean => is(code, letter | mark);
export const isLetterOrDigit = (code: number): boolean => is(code, letter | digit);
export const isDigit = (code: number): boolean => is(code, digit);
export const isUpper = (code: number): boolean => is(code, upper);
export const isLower = (code: number): boolean => is(code, lower);
/** White space, line breaks among it. */
export const isWhite = (code: number): boolean => is(code, white);
export const isLineBreak = (code: number): boolean => is(code, lineBreak);
/** Han, kana and their punctuation: what is written without spaces. Hangul, which has spaces, is not among it. */
export const isCjk = (code: number): boolean => is(code, cjk);
/** . ! ? … 。 and the marks that end sentences in other scripts of the basic plane. */
export const isEndMark = (code: number): boolean => is(code, endMark);

const joiningPair = /^(?:\p{M}|\p{EMod}|[\u{e0020}-\u{e007f}])/u;

/** Whether the character at `at` belongs to the one before it: an accent, a variation selector, a joiner, a skin tone. */
export function joinsBack(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x300) return false;
  if (code >= 0xd800 && code < 0xdc00) return joiningPair.test(text.slice(at, at + 2));
  return is(code, joining);
}

/** The first position from `from` on that holds no white space, or the text's length. */
export function skipWhite(text: string, from: number): number {
  let at = from;
  while (isWhite(text.charCodeAt(at))) at++;
  return at;
}

/** Where the text before `to` ends without its white space; not before `from`. */
export function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isWhite(text.charCodeAt(end - 1))) end--;
  return end;
}
