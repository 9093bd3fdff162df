/* Spaces between sentences that were not written for each other. */

/** Texts put in at a cut, with the spaces that the gap needs on either side. */
export function insertedAt(corpus: string, at: number, texts: readonly string[]): string {
  const left = corpus[at - 1] ?? '';
  const right = corpus[at] ?? '';
  let inserted = '';
  let before = left;
  for (const text of texts) {
    inserted += (before === '\n' ? '' : gap(before, text[0])) + text;
    before = text[text.length - 1] ?? '';
  }
  // The next sentence brings its own space, or stands after a line break and needs one.
  return right === ' ' || right === '\n' ? inserted : inserted + gap(before, right);
}

/** A space between two sentences, unless Chinese stands on either side. */
export function gap(left: string | undefined, right: string | undefined): string {
  const wide = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
  const last = left?.at(-1) ?? '';
  return wide.test(last) || wide.test(right ?? '') ? '' : ' ';
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
