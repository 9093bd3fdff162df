import {
  followsTime,
  longestAbbreviation,
  opensSentences,
  type StopKind,
  stopKind,
} from './abbreviations.ts';
import { isDigit, isLetterOrMark, isWhite } from './character-kinds.ts';
import { type NextWord, nextWord } from './next-word.ts';

/*
 * A single full stop followed by white space: the end of a sentence, or part of an abbreviation, an initial, a numbered
 * item or an ordinal.
 */

/** Whether the full stop at `dot` ends the sentence that began at `start`, given what follows it (no small letter). */
export function stopEnds(
  text: string,
  dot: number,
  { start, next }: { start: number; next: NextWord },
): boolean {
  const before = text.charCodeAt(dot - 1);
  if (isDigit(before)) return !isNumberedItem(text, start, dot) && !isOrdinal(text, dot, next);
  if (!isLetterOrMark(before)) return true;
  if (isNumberedItem(text, start, dot)) return false;
  const word = abbreviationBefore(text, dot);
  if (word === null) return true;
  const kind = kindOf(text, word);
  return kind === undefined || endsAfter(kind, word, text, next);
}

/** Whether the word before `dot` is an abbreviation that a small letter may follow. */
export function isAbbreviated(text: string, dot: number): boolean {
  const word = abbreviationBefore(text, dot);
  return word !== null && kindOf(text, word) !== undefined;
}

/** The word before a dot, where it may be an abbreviation. */
interface Word {
  /** With the dots inside it and without spaces: `U.S`, `z.B`. */
  readonly text: string;
  readonly start: number;
}

function abbreviationBefore(text: string, dot: number): Word | null {
  let start = dot;
  while (start > 0 && dot - start <= longestAbbreviation && isLetterOrMark(text.charCodeAt(start - 1)))
    start--;
  if (start === dot || dot - start > longestAbbreviation) return null;
  const left = text[start - 1] ?? ' ';
  if (left === '.') return acronymBefore(text, start, dot);
  // "9p." and "o'clock." and "a/b." are words of their own kind.
  if (left !== ' ' && /[\p{N}'’@/_\\]/u.test(left)) return null;
  const word = text.slice(start, dot);
  // "z. B." and "т. д." are written with a space.
  if (
    word.length <= 2 &&
    /\s/.test(left) &&
    text[start - 2] === '.' &&
    isLetterOrMark(text.charCodeAt(start - 3))
  ) {
    const alone = start - 4 < 0 || !isLetterOrMark(text.charCodeAt(start - 4));
    const both = `${text[start - 3]}.${word}`;
    if (alone && (word.length === 1 || stopKind(both) !== undefined)) return { text: both, start: start - 3 };
  }
  return { text: word, start };
}

/** "U.S", "Ph.D": parts of one or two letters. A file name or a host has longer ones. */
function acronymBefore(text: string, from: number, dot: number): Word | null {
  if (dot - from > 2) return null;
  let start = from;
  while (start > 1 && dot - start < 12 && text[start - 1] === '.') {
    let part = start - 1;
    while (part > 0 && start - part <= 3 && isLetterOrMark(text.charCodeAt(part - 1))) part--;
    if (part === start - 1 || start - part > 3) return null;
    start = part;
  }
  return { text: text.slice(start, dot), start };
}

function kindOf(text: string, { text: word, start }: Word): StopKind | undefined {
  const known = stopKind(word);
  if (known !== undefined) return known;
  if (word.includes('.')) return 'name';
  if (word.length > 2) return undefined;
  // The first letter of "z. B.".
  if (word.length === 1 && spacedLetter.test(text.slice(start, start + 5))) return 'never';
  if (!/^(?:\p{Lu}|[\u05d0-\u05ea\u0620-\u064a])\p{M}*$/u.test(word)) return undefined;
  // "So am I." ends; "the author I. Marsh" does not, and neither does any other initial.
  return word === 'I' && /(?:^|\s)\p{Ll}+\s$/u.test(text.slice(Math.max(0, start - 12), start))
    ? undefined
    : 'name';
}

const spacedLetter = /^\p{L}\.\s\p{L}\./u;

function endsAfter(kind: StopKind, word: Word, text: string, next: NextWord): boolean {
  switch (kind) {
    case 'title':
    case 'never':
      return false;
    case 'number':
      if (next.kind === 'digit') return false;
      // A number stands bare: an opening quotation mark before "I" makes it a word.
      return !(
        next.kind === 'upper' &&
        isWhite(text.charCodeAt(next.at - 1)) &&
        isRoman(nextWord(text, next.at), word.text)
      );
    case 'name':
      if (next.kind === 'upper') {
        // "in 1999 г.", where a small letter follows a number, is a unit.
        const unit =
          /^\p{Ll}$/u.test(word.text) && /\d\s$/.test(text.slice(Math.max(0, word.start - 2), word.start));
        return unit || opensSentences(nextWord(text, next.at));
      }
      return next.kind === 'other';
    case 'end':
      return !(next.kind === 'upper' && /^[ap]\.m$/i.test(word.text) && followsTime(nextWord(text, next.at)));
  }
}

/** A Roman numeral or a single capital after "Vol.". "No. I", "Fig. A" and the like: after "no" they open a sentence. */
function isRoman(word: string, after: string): boolean {
  if (/^(?:no|al)$/i.test(after) && /^[AI]$/.test(word)) return false;
  return /^(?:[IVXLC]+|[A-Z])$/.test(word);
}

const numberedItem = /^[\s#>*+•(-]*(?:\d{1,3}(?:\.\d{1,3})*|[\p{Lu}\p{Ll}]|[IVXLC]{1,5}|[ivx]{2,4})$/u;

/** Whether nothing but a number or a letter stands between the sentence's start and `dot`: "2." of a list. */
function isNumberedItem(text: string, start: number, dot: number): boolean {
  return dot - start <= 16 && numberedItem.test(text.slice(start, dot));
}

const germanArticle = /(?:^|\s)(?:der|die|das|dem|den|des|im|vom|zum|zur|beim|ins)\s\d{1,2}$/i;
const germanMonth =
  /^(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhunderts?)$/;

/** "am 3. Oktober", "der 2. Weltkrieg": German ordinals, before nouns that have a capital. */
function isOrdinal(text: string, dot: number, next: NextWord): boolean {
  if (next.kind !== 'upper' || isDigit(text.charCodeAt(dot - 3))) return false;
  if (germanArticle.test(text.slice(Math.max(0, dot - 8), dot))) return true;
  return germanMonth.test(nextWord(text, next.at));
}
