import {
  isCjk,
  isDigit,
  isEndMark,
  isLetter,
  isLetterOrDigit,
  isWhite,
  joinsBack,
  skipWhite,
} from './character-kinds.ts';
import { goesOn } from './cjk-ends.ts';
import { type Closed, readClosing, skipEmoji } from './closing-marks.ts';
import { isAbbreviated, stopEnds } from './full-stop.ts';
import { nextWord, readNext } from './next-word.ts';

/** What the reader of marks must know of the text before them. */
export interface Before {
  /** Where the sentence began. */
  readonly start: number;
  /** Whether a pair mark is open at a position of the current line. */
  isOpen(mark: '"' | '**', at: number): boolean;
}

interface Run {
  /** A single full stop; dots that trail off; anything else. */
  readonly kind: 'stop' | 'pause' | 'strong';
  readonly runEnd: number;
  /** Whether its last mark is of a script that needs no space after it. */
  readonly spaceless: boolean;
}

/** A run of end marks with all that belongs to it. */
interface EndMark extends Run {
  readonly at: number;
  readonly end: number;
  readonly closed: Closed;
}

/**
 * Where the end mark at `at` (. ! ? … 。 ！ ？ or another script's), its closing marks and an emoji after them end, and
 * whether a sentence ends there. No sentence ends where only white space follows.
 */
export function readEnd(
  text: string,
  at: number,
  before: Before,
): { readonly end: number; readonly ends: boolean } {
  const run = readRun(text, at);
  const closing = readClosing(text, run.runEnd, before.isOpen);
  const end = skipEmoji(text, closing.end);
  const { kind, runEnd, spaceless } = run;
  return {
    end,
    ends: endsSentence(text, { kind, at, runEnd, spaceless, closed: closing.closed, end }, before),
  };
}

/** Full-width and small full stops, which are decimal points, too. */
function isWideStop(code: number): boolean {
  return code === 0xff0e || code === 0xfe52 || code === 0x2024;
}

function readRun(text: string, at: number): Run {
  let end = at;
  let strong = false;
  let spaceless = false;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 0x2e || code === 0x2026 || code === 0x2025) {
      spaceless = false;
    } else if (code === 0x21 || code === 0x3f || (end === at && code < 0x80)) {
      strong = true;
      spaceless = false;
    } else if (code > 0x7f && (end === at || isEndMark(code))) {
      strong ||= code !== 0x3002 && code !== 0xff61 && !isWideStop(code);
      spaceless = true;
    } else break;
  }
  const length = end - at;
  while (joinsBack(text, end)) end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  return { kind: strong ? 'strong' : kindOfDots(text.charCodeAt(at), length), runEnd: end, spaceless };
}

function kindOfDots(first: number, length: number): Run['kind'] {
  if (length > 1 || first === 0x2026 || first === 0x2025) return 'pause';
  return first === 0x2e || isWideStop(first) ? 'stop' : 'strong';
}

function endsSentence(text: string, mark: EndMark, before: Before): boolean {
  const { at, end, kind } = mark;
  const following = text.charCodeAt(end);
  const spaced = isWhite(following);
  const next = spaced ? skipQuoteMarks(text, skipWhite(text, end)) : end;
  if (next >= text.length) return false;
  if (!spaced && !mayTouch(text, mark)) return false;
  // "(!)" and "[...]" comment on a sentence that goes on.
  if (kind !== 'stop' && mark.closed !== null && '([（'.includes(text[at - 1] ?? ' ')) return false;
  if (
    isCjk(text.charCodeAt(mark.runEnd - 1)) ||
    isCjk(text.charCodeAt(at - 1)) ||
    (!spaced && isCjk(following))
  ) {
    return !goesOn(text, { start: before.start, at, next, pause: kind === 'pause', closed: mark.closed });
  }
  return kind === 'stop' ? stopIsEnd(text, mark, next, before) : markIsEnd(text, mark, next, before);
}

/** The marks `> ` of a quotation that goes on in the next line. */
function skipQuoteMarks(text: string, at: number): number {
  let next = at;
  if (text[next] !== '>' || text[next - 1] === ' ') return next;
  while (text[next] === '>' || text[next] === ' ') next++;
  return next;
}

/** Whether a sentence may end with no white space behind it. */
function mayTouch(text: string, mark: EndMark): boolean {
  const { at, runEnd, end, kind, spaceless } = mark;
  // Thai and Lao have letters that hang on to a mark.
  if (joinsBack(text, end) || isLetterOrDigit(text.charCodeAt(end - 1))) return false;
  if (',;:،؛/-'.includes(text[end] as string)) return false;
  const after = text.charCodeAt(end);
  if (spaceless) return kind !== 'stop' || !(isDigit(after) || (isLetter(after) && !isHanOrKana(after)));
  const afterCjk = isCjk(text.charCodeAt(at - 1));
  if (afterCjk && '“‘"'.includes(text[end] as string)) return true;
  const loose = kind === 'strong' || (kind === 'pause' && text[runEnd - 2] === '…');
  return isCjk(after) && (afterCjk || loose);
}

function isHanOrKana(code: number): boolean {
  return isCjk(code) && code < 0xff00;
}

/** A full stop before white space. */
function stopIsEnd(text: string, mark: EndMark, from: number, before: Before): boolean {
  const next = readNext(text, from);
  const dots = text[next.at] === '.' && next.kind === 'other';
  if (dots) return false;
  if (next.kind === 'lower') return endsBeforeSmall(text, mark, next.dashed, before);
  return stopEnds(text, mark.at, { start: before.start, next });
}

/** Other marks before white space. */
function markIsEnd(text: string, mark: EndMark, from: number, before: Before): boolean {
  const next = readNext(text, from);
  if (mark.kind === 'pause') {
    if (next.kind === 'lower' || next.kind === 'digit') return false;
    return next.kind !== 'upper' || !faltersBefore(text, mark.at, nextWord(text, next.at));
  }
  if (next.kind === 'lower') return endsBeforeSmall(text, mark, next.dashed, before);
  return !(mark.closed === 'quotation' && next.kind === 'upper' && isSpokenOf(text, next.at));
}

/** A small letter goes on with the sentence, unless the text has no capitals at sentence starts: this one had none. */
function endsBeforeSmall(text: string, mark: EndMark, dashed: boolean, { start }: Before): boolean {
  if (dashed || mark.closed !== null) return false;
  if (readNext(text, skipWhite(text, start)).kind !== 'lower') return false;
  if (mark.kind !== 'stop') return true;
  return isLetter(text.charCodeAt(mark.at - 2)) && !isAbbreviated(text, mark.at);
}

/** "I... I do not know", "He... He left": a word that is always a capital, or one that is said again. */
function faltersBefore(text: string, dots: number, next: string): boolean {
  if (next === 'I') return true;
  const last = /[\p{L}\p{M}]+\s?$/u.exec(text.slice(Math.max(0, dots - 24), dots))?.[0] ?? '';
  return last.trim().toLowerCase() === next.toLowerCase();
}

const speech =
  /(?:[\p{L}'’.-]{1,20} ){1,4}(?:said|says|asked|asks|cried|called|shouted|yelled|screamed|replied|answered|whispered|murmured|muttered|exclaimed|added|repeated|wondered|begged)(?!\p{L})/uy;

/** Whether the words after a quotation tell who spoke: “Go!” John said. */
function isSpokenOf(text: string, at: number): boolean {
  speech.lastIndex = at;
  return speech.test(text);
}
