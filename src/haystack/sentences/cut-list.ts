import { isLetterOrDigit, trimmedEnd } from './character-kinds.ts';
import { cutLines, cutStretch, longestSentence } from './long-stretch.ts';

/** Sentence starts found so far, in ascending order. */
export interface CutList {
  /** The last one. */
  last(): number;
  /** Adds a sentence start, and cuts in the stretch before it where that is too long. */
  push(cut: number): void;
  /** Says that the sentence that begins at the last cut is a fence or a table: it is cut between lines only. */
  startBlock(): void;
  /** Whether a letter or a digit stands between the last cut and `at`: marks alone are no sentence. */
  hasWord(at: number): boolean;
  /** All cuts; the last is the text's length. */
  finish(): Uint32Array;
}

/** Halves of surrogate pairs pass for words: most are letters, and an emoji may be all that is said. */
function isWord(code: number): boolean {
  return isLetterOrDigit(code) || (code >= 0xd800 && code <= 0xdfff);
}

export function cutList(text: string): CutList {
  const cuts = [0];
  let last = 0;
  let inBlock = false;
  // The first letter or digit after some earlier cut: looked for again only once a cut has passed it.
  let wordAt = -1;

  const cutLong = (next: number): void => {
    if (next - last <= longestSentence) return;
    // Without its white space at the end: what comes behind that must not matter.
    const end = trimmedEnd(text, last, next);
    for (const cut of (inBlock ? cutLines : cutStretch)(text, last, end)) cuts.push(cut);
  };

  return {
    last: () => last,
    push: (cut) => {
      cutLong(cut);
      cuts.push(cut);
      last = cut;
      inBlock = false;
    },
    startBlock: () => {
      inBlock = true;
    },
    hasWord: (at) => {
      if (wordAt < last) {
        wordAt = last;
        while (wordAt < text.length && !isWord(text.charCodeAt(wordAt))) wordAt++;
      }
      return wordAt < at;
    },
    finish: () => {
      cutLong(text.length);
      cuts.push(text.length);
      return Uint32Array.from(cuts);
    },
  };
}
