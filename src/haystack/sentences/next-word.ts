import { isDigit, isLetter, isLineBreak, isLower, isUpper, isWhite } from './character-kinds.ts';

/** What comes after an end mark, past opening quotes, brackets and dashes. */
export interface NextWord {
  readonly kind: 'lower' | 'upper' | 'digit' | 'other-letter' | 'other';
  /** Where it stands; the text's length where nothing comes. */
  readonly at: number;
  /** A dash stands before it: someone speaks on, or is spoken of. */
  readonly dashed: boolean;
}

const opening = '—–"\'“‘„‚«‹»›([{¿¡「『（【《*_~';
const mostOpening = 12;

/** What comes at `position`, which holds no white space. */
export function readNext(text: string, position: number): NextWord {
  let at = position;
  let dashed = false;
  for (const last = position + mostOpening; at < last; at++) {
    const code = text.charCodeAt(at);
    if (isLetter(code) || !isOpening(text, at, position)) break;
    if (code === 0x2014 || code === 0x2013 || code === 0x2d) dashed = true;
  }
  return { kind: kindAt(text, at), at, dashed };
}

function isOpening(text: string, at: number, from: number): boolean {
  const character = text[at];
  if (character === undefined) return false;
  if (character === '-') return text[at + 1] === ' ';
  if (opening.includes(character)) return true;
  // Spaces after a dash or inside « » only, and never the next line.
  const code = text.charCodeAt(at);
  return at > from && isWhite(code) && !isLineBreak(code);
}

function kindAt(text: string, at: number): NextWord['kind'] {
  const code = text.charCodeAt(at);
  if (code >= 0x61 && code <= 0x7a) return isCamel(text, at) ? 'upper' : 'lower';
  if (code >= 0x41 && code <= 0x5a) return 'upper';
  if (code >= 0x30 && code <= 0x39) return 'digit';
  // ".NET" is a name like any other.
  if (code === 0x2e && /[A-Z]/.test(text[at + 1] ?? '')) return 'upper';
  if (code < 0x80 || Number.isNaN(code)) return 'other';
  if (isLower(code)) return 'lower';
  if (isUpper(code)) return 'upper';
  if (isDigit(code)) return 'digit';
  return isLetter(code) ? 'other-letter' : 'other';
}

/** "iPhone", "eBay": small first letters of a name. */
function isCamel(text: string, at: number): boolean {
  const second = text.charCodeAt(at + 1);
  return second >= 0x41 && second <= 0x5a;
}

const word = /[\p{L}\p{M}]{1,24}/uy;

/** The letters from `at` on, up to 24; "" where there are none. "I'm" and "I" are the same word. */
export function nextWord(text: string, at: number): string {
  word.lastIndex = at;
  return word.exec(text)?.[0] ?? '';
}
