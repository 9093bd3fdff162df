import { isCjk, isLineBreak, isWhite } from './sentences/character-kinds.ts';
import { lineAt } from './sentences/line-kinds.ts';

/* Spaces between sentences that were not written for each other. */

/** A text with other texts in it, and where each of them starts. */
export interface Joined {
  readonly text: string;
  readonly starts: readonly number[];
}

/** Texts put in at a cut, with the spaces that the gap needs on either side. */
export function insertedAt(corpus: string, at: number, texts: readonly string[]): Joined {
  const joined = appended('', { left: corpus[at - 1] ?? '\n', texts });
  return { ...joined, text: joined.text + spaceBehind(joined.text, corpus, at) };
}

/** What has to stand between `text` and the corpus from the cut `at` on. */
export function spaceBehind(text: string, corpus: string, at: number): string {
  const startsLine = at === 0 || isLineBreak(corpus.charCodeAt(at - 1));
  // A heading, an item, a table or a fence begins its line, or it is none.
  if (startsLine && lineAt(corpus, at).kind !== 'text') return corpus[at - 2] === '\n' ? '\n\n' : '\n';
  const right = corpus[at] ?? '';
  // The next sentence brings its own space, or stands after a line break and needs one.
  return isWhite(right.charCodeAt(0)) ? '' : gap(text.at(-1), right);
}

/** `text` and the texts behind it, each with the space it needs; `left` is the character before the first of them. */
export function appended(
  text: string,
  { left, texts }: { readonly left: string; readonly texts: readonly string[] },
): Joined {
  const starts: number[] = [];
  let whole = text;
  let before = left;
  for (const next of texts) {
    if (!isLineBreak(before.charCodeAt(0))) whole += gap(before, next[0]);
    starts.push(whole.length);
    whole += next;
    before = next.at(-1) ?? '';
  }
  return { text: whole, starts };
}

/** A space between two sentences, unless Chinese or Japanese stands on either side. Korean and Thai have spaces. */
export function gap(left: string | undefined, right: string | undefined): string {
  const last = left?.at(-1) ?? '';
  return isCjk(last.charCodeAt(0)) || isCjk((right ?? '').charCodeAt(0)) ? '' : ' ';
}

/** The position after one space, where there is one. */
export function skipSpace(text: string, position: number): number {
  return text[position] === ' ' ? position + 1 : position;
}

/** The end of the text before `position` without its trailing white space. */
export function trimEnd(text: string, position: number): number {
  let end = position;
  while (end > 0 && /\s/.test(text[end - 1] as string)) end--;
  return end;
}
