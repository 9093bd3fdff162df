import { isCjk, isLineBreak, isWhite } from './character-kinds.ts';
import type { Line } from './line-kinds.ts';

/* Whether a line break parts two sentences or was put in by whoever wrapped the paragraph. */

/** A run of line breaks, and the white space around them. */
export interface Break {
  /** Where its first line break stands. */
  readonly at: number;
  /** Right after its last one: where the next line starts. */
  readonly after: number;
  /** Where text goes on; the text's length where none does. */
  readonly next: number;
  /** Whether a blank line lies in it. */
  readonly blank: boolean;
}

const emptyQuote = /(?:>[ \t]*)+(?=\n|$)/y;

/** The run of line breaks whose first one is at `at`. Lines that hold nothing but `>` are blank. */
export function readBreak(text: string, at: number): Break {
  let after = at;
  let breaks = 0;
  let next = at;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (isLineBreak(code)) {
      if (code !== 0x0a || text.charCodeAt(next - 1) !== 0x0d) breaks += code === 0x2029 ? 2 : 1;
      next += 1;
      after = next;
    } else if (isWhite(code)) {
      next += 1;
    } else {
      emptyQuote.lastIndex = next;
      if (code !== 0x3e || !emptyQuote.test(text)) break;
      next = emptyQuote.lastIndex;
    }
  }
  return { at, after, next, blank: breaks > 1 };
}

/** Lines up to this many columns may be parts of a paragraph that someone wrapped. */
const widestWrapped = 120;

/**
 * Whether the text before a break and the text after it are two. A single line break is soft, unless a sentence ended right
 * before it, Markdown begins or ends there, the next line is indented the Chinese way, or a line is too long to be wrapped.
 */
export function isHard(
  text: string,
  lineBreak: Break,
  {
    line,
    lineStart,
    next,
    ended,
    listNumber,
    lineEnd: nextEnd,
  }: {
    readonly line: Line;
    readonly lineStart: number;
    readonly next: Line;
    /** Whether a sentence ended right before the break. */
    readonly ended: boolean;
    /** The number of the item before, in a numbered list. */
    readonly listNumber: number;
    /** Where the line that holds a position ends. */
    readonly lineEnd: (at: number) => number;
  },
): boolean {
  if (lineBreak.blank) return true;
  if (line.kind !== 'text' && line.kind !== 'item' && line.kind !== 'quote') return true;
  // Underlines of headings; a rule between paragraphs has blank lines around it.
  if (next.kind === 'rule') return false;
  if (ended) return true;
  if (next.kind === 'item')
    return next.number === undefined || next.number <= 1 || next.number === listNumber + 1;
  if ((next.kind === 'quote') !== (line.kind === 'quote')) return true;
  if (next.kind !== 'text' && next.kind !== 'quote') return true;
  if (text.charCodeAt(lineBreak.after) === 0x3000) return true;
  return (
    isTooLong(text, lineStart, lineBreak.at) || isTooLong(text, lineBreak.after, nextEnd(lineBreak.next))
  );
}

/** Whether a line is longer than wrapped lines are. In Chinese, told by the character in its middle, all count twice. */
function isTooLong(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length <= widestWrapped / 2) return false;
  return length > (isCjk(text.charCodeAt(start + (length >> 1))) ? widestWrapped / 2 : widestWrapped);
}
