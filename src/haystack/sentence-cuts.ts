import { isLineBreak, isWhite, nextCandidate, skipWhite } from './sentences/character-kinds.ts';
import { pairCounter } from './sentences/closing-marks.ts';
import { cutList } from './sentences/cut-list.ts';
import { isHard, readBreak } from './sentences/line-breaks.ts';
import { blockEnd, type Line, lineAt } from './sentences/line-kinds.ts';
import { readEnd } from './sentences/sentence-end.ts';

/*
 * Where a needle may go: between sentences. A cut stands before the white space that follows a sentence (that space belongs
 * to the next sentence, so that counts add up), after a run of line breaks, or right after 。！？ and their closing marks.
 * The text is read once, from start to end: what lies behind a blank line never moves a cut before it.
 */

/** `;` is the question mark of Greek. */
const greek = /[\u0370-\u03ff\u1f00-\u1fff]/;

/** Character offsets of sentence starts in ascending order; the first is 0, the last is `text.length`. */
export function sentenceCuts(text: string): Uint32Array {
  const cuts = cutList(text);
  const pairs = { '"': pairCounter(text, '"'), '**': pairCounter(text, '**') };
  const isOpen = (mark: '"' | '**', at: number): boolean => pairs[mark].isOpen(at);
  const firstText = skipWhite(text, 0);
  let line: Line = { kind: 'text' };
  let lineStart = 0;
  let listNumber = 0;
  const lineEnd = lineEnds(text);
  /** The line break that comes right after a sentence's end. */
  let endedAt = -1;

  // Each of these returns where to read on.
  const enterLine = (start: number, entered: Line): number => {
    line = entered;
    lineStart = start;
    listNumber = line.number ?? listNumber;
    pairs['"'].restart(start);
    pairs['**'].restart(start);
    if (line.kind !== 'fence' && line.kind !== 'table') return start;
    cuts.startBlock();
    return blockEnd(text, start, line.kind);
  };
  const passBreak = (at: number): number => {
    const lineBreak = readBreak(text, at);
    const { after } = lineBreak;
    if (lineBreak.next === text.length) return text.length;
    const next = lineAt(text, after);
    if (at < firstText) return enterLine(after, next);
    const ended = endedAt === at;
    const hard = isHard(text, lineBreak, { line, lineStart, next, ended, listNumber, lineEnd });
    if (hard) cuts.push(after);
    if (lineBreak.blank) listNumber = 0;
    // "to\n12. Then": a number that wrapping put at a line's start.
    return enterLine(after, hard || next.kind !== 'item' ? next : { kind: 'text' });
  };
  const passMark = (at: number): number => {
    const { end, ends } = readEnd(text, at, { start: cuts.last(), isOpen });
    if (!ends || !cuts.hasWord(at)) return end;
    let next = end;
    while (isWhite(text.charCodeAt(next)) && !isLineBreak(text.charCodeAt(next))) next++;
    if (isLineBreak(text.charCodeAt(next))) {
      endedAt = next;
      return next;
    }
    cuts.push(end);
    return end;
  };

  for (let next = enterLine(0, lineAt(text, 0)); ; ) {
    const at = nextCandidate(text, next);
    if (at === text.length) return cuts.finish();
    const code = text.charCodeAt(at);
    if (isLineBreak(code)) next = passBreak(at);
    else if (code === 0x60) next = skipCode(text, at);
    else if ((code === 0x3b || code === 0x37e) && !greek.test(text[at - 1] ?? '')) next = at + 1;
    else next = passMark(at);
  }
}

/** A function that tells where the line that holds a position ends; positions ascend, so that the text is searched once. */
function lineEnds(text: string): (at: number) => number {
  let end = -1;
  return (at) => {
    if (end < at) end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    return end;
  };
}

/** Inline code longer than this is a lone backtick. */
const longestCode = 120;

/** The end of the inline code that begins at `at`, or of its backticks where none closes it in the same line. */
function skipCode(text: string, at: number): number {
  let open = at;
  while (text[open] === '`') open++;
  const marks = open - at;
  for (let from = open; from - open <= longestCode; ) {
    const close = text.indexOf('`', from);
    if (close < 0 || close - open > longestCode) return open;
    let end = close;
    while (text[end] === '`') end++;
    if (end - close === marks) return /\n|''/.test(text.slice(open, close)) ? open : end;
    from = end;
  }
  return open;
}
