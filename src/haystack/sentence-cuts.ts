/*
 * Where a needle may go: between sentences. A cut stands before the space that follows a sentence (that space belongs to
 * the next sentence, so that counts add up), after a run of line breaks, or right after 。！？…… and their closing marks.
 */
const sentenceEnd = /[.!?]+["'”’)\]]*(?= )|(?:[。！？]|……)+[”’」』）】》]*|\n+/g;
/** Words whose full stop ends no sentence. */
const abbreviations = new Set(
  'mr mrs ms dr prof st sr jr vs no fig e.g i.e etc cf al vol pp ed approx dept est inc ltd co mt gen col capt lt rev hon'.split(
    ' ',
  ),
);
/** A stretch without a sentence end (code, tables, lists) may be cut at a space once it is this long. */
const longestSentence = 1_200;

/** Character offsets of sentence starts in ascending order; the first is 0, the last is `text.length`. */
export function sentenceCuts(text: string): Uint32Array {
  const cuts: number[] = [0];
  const push = (cut: number): void => {
    const last = cuts[cuts.length - 1] as number;
    if (cut <= last || cut >= text.length) return;
    if (cut - last > longestSentence) pushSpaces(last, cut);
    cuts.push(cut);
  };
  const pushSpaces = (from: number, to: number): void => {
    let last = from;
    while (to - last > longestSentence) {
      const space = text.indexOf(' ', last + longestSentence / 2);
      if (space < 0 || space >= to) return;
      // A run of spaces is cut before its first one only: that is where counts add up.
      if (text[space - 1] !== ' ' && text[space - 1] !== '\n' && space > last) cuts.push(space);
      last = space + 1;
    }
  };
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (match[0][0] === '.' && !endsSentence(text, match.index, end)) continue;
    // A closing mark before a line break: the cut after the break serves for both.
    if (text[end] === '\n') continue;
    push(end);
  }
  push(text.length - 0);
  if (text.length - (cuts[cuts.length - 1] as number) > longestSentence) {
    pushSpaces(cuts[cuts.length - 1] as number, text.length);
  }
  cuts.push(text.length);
  return Uint32Array.from(cuts);
}

/** Whether the full stop at `dot` ends a sentence: no abbreviation, no initial, and no small letter after it. */
function endsSentence(text: string, dot: number, end: number): boolean {
  const next = text.charCodeAt(end + 1);
  if (next >= 0x61 && next <= 0x7a) return false;
  let start = dot;
  while (start > 0 && dot - start < 8 && /[A-Za-z.]/.test(text[start - 1] as string)) start--;
  const word = text.slice(start, dot);
  return !(/^[A-Z]$/.test(word) || abbreviations.has(word.toLowerCase()));
}
