/*
 * The few lines that a first attempt would hold: a mark with a space after it, a short list of abbreviations, every line
 * break. What the real rules are measured against, and what they must agree with on regular prose.
 */
const sentenceEnd = /[.!?]+["'”’)\]]*(?= )|(?:[。！？]|……)+[”’」』）】》]*|\n+/g;
const abbreviations = new Set(
  'mr mrs ms dr prof st sr jr vs no fig e.g i.e etc cf al vol pp ed approx dept est inc ltd co mt gen col capt lt rev hon'.split(
    ' ',
  ),
);

/** Offsets of sentence starts, from 0 to `text.length`. */
export function simpleCuts(text: string): number[] {
  const cuts = [0];
  for (const match of text.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    if (match[0][0] === '.' && !endsSentence(text, match.index, end)) continue;
    if (text[end] === '\n' || end >= text.length) continue;
    cuts.push(end);
  }
  cuts.push(text.length);
  return cuts;
}

function endsSentence(text: string, dot: number, end: number): boolean {
  if (/[a-z]/.test(text[end + 1] ?? '')) return false;
  let start = dot;
  while (start > 0 && dot - start < 8 && /[A-Za-z.]/.test(text[start - 1] as string)) start--;
  const word = text.slice(start, dot);
  return !(/^[A-Z]$/.test(word) || abbreviations.has(word.toLowerCase()));
}
