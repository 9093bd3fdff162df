import { isCjk, isLetter, isLetterOrDigit, isLineBreak, isWhite } from './character-kinds.ts';

/* Quotation marks, brackets, notes, emphasis and emoji that belong to the end mark before them. */

export type Closed = 'quotation' | 'title' | 'other' | null;

const always: Readonly<Record<string, Closed>> = {
  "'": 'quotation',
  '’': 'quotation',
  '”': 'quotation',
  '」': 'quotation',
  '』': 'quotation',
  '»': 'quotation',
  '›': 'quotation',
  '》': 'title',
  '〉': 'title',
  ')': 'other',
  ']': 'other',
  '}': 'other',
  '）': 'other',
  '】': 'other',
  '〕': 'other',
  '］': 'other',
  '｝': 'other',
  _: 'other',
  '~': 'other',
};
const note = / ?\[\d{1,3}(?: ?[-–,] ?\d{1,3}){0,4}\](?! ?\p{Ll})|[¹²³⁰-⁹]{1,3}(?!\S)/uy;

/**
 * Where the closing marks from `from` on end, and what the last quotation or bracket among them was. `isOpen` tells whether
 * `"` or `**` is open there: where no space stands after an end mark, nothing else tells closing ones from opening ones.
 */
export function readClosing(
  text: string,
  from: number,
  isOpen: (mark: '"' | '**', at: number) => boolean,
): { readonly end: number; readonly closed: Closed } {
  let end = from;
  let closed: Closed = null;
  for (;;) {
    const character = text[end];
    if (character === undefined || character === '\n') break;
    const plain = always[character];
    if (plain !== undefined) {
      if (closed !== 'quotation') closed = plain;
      end += 1;
    } else if (character === '"') {
      if (needsParity(text, end + 1) && !isOpen('"', end)) break;
      closed = 'quotation';
      end += 1;
    } else if (character === '*') {
      if (needsParity(text, end + (text[end + 1] === '*' ? 2 : 1)) && !isOpen('**', end)) break;
      end += text[end + 1] === '*' ? 2 : 1;
    } else if ('“‘«‹'.includes(character)) {
      // German and Polish close with these; elsewhere they open, and then a letter follows.
      if (startsWord(text, end + 1)) break;
      closed = 'quotation';
      end += 1;
    } else if (isFrenchClosing(text, end)) {
      closed = 'quotation';
      end += 2;
    } else {
      // Letters, and spaces before letters, are what most often stands here.
      if (isLetter(text.charCodeAt(character === ' ' ? end + 1 : end))) break;
      note.lastIndex = end;
      if (!note.test(text)) break;
      end = note.lastIndex;
    }
  }
  return { end, closed };
}

/** Whether a mark that ends at `next` may open as well as close: text without spaces goes on behind it. */
function needsParity(text: string, next: number): boolean {
  return isCjk(text.charCodeAt(next));
}

function startsWord(text: string, at: number): boolean {
  return isLetterOrDigit(text.charCodeAt(at));
}

/** "« Allez ! »" has a space before its closing mark; "… » Komm" would have a word right after. */
function isFrenchClosing(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (!isWhite(code) || isLineBreak(code)) return false;
  const mark = text.charCodeAt(at + 1);
  return (mark === 0xbb || mark === 0x203a) && !startsWord(text, at + 2);
}

const picture =
  /(?:[ \u00a0]?(?:[:;]-?[)(DP](?!\S)|\p{RI}\p{RI}|(?:\p{EPres}|\p{ExtPict}\ufe0f)(?:\p{EMod}|\ufe0f|\u200d\p{ExtPict}|[\u{e0020}-\u{e007f}])*))+/uy;

/** The position after emoji or emoticons that follow the end mark, or `from` where none do. */
export function skipEmoji(text: string, from: number): number {
  const code = text.charCodeAt(text[from] === ' ' ? from + 1 : from);
  if (!(code >= 0x2300 || code === 0x3a || code === 0x3b)) return from;
  picture.lastIndex = from;
  return picture.test(text) ? picture.lastIndex : from;
}

/** Tells whether a mark that opens and closes alike is open at a position, counted from where it was last restarted. */
export interface PairCounter {
  restart(at: number): void;
  /** Positions must ascend. */
  isOpen(at: number): boolean;
}

export function pairCounter(text: string, mark: string): PairCounter {
  let from = 0;
  let next = -1;
  let open = false;
  const find = (start: number): void => {
    const found = text.indexOf(mark, start);
    next = found < 0 ? text.length : found;
  };
  return {
    restart: (at) => {
      from = at;
      open = false;
    },
    isOpen: (at) => {
      if (next < from) find(from);
      while (next < at) {
        open = !open;
        from = next + mark.length;
        find(from);
      }
      return open;
    },
  };
}
