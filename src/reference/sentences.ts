/** A stretch of a text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const longestSentence = 2_000;
const closers = '"\'”’」』）)';

/** Whether a sentence ends with the character at `index`: . ! ? 。！？ or a line break, but not inside `3.5` or `a.m. today`. */
function endsSentence(text: string, index: number): boolean {
  const char = text[index] as string;
  if ('。！？\n\r'.includes(char)) return true;
  if (!'.!?'.includes(char)) return false;
  const rest = text.slice(index + 1, index + 4);
  return !/^[\p{Script=Latin}\p{N}]/u.test(rest) && !(char === '.' && /^ ?[a-z]/.test(rest));
}

/** The sentence around a position, its closing quotes included, spaces around it left out; 2,000 characters to each side at most. */
export function sentenceAt(text: string, index: number): Span {
  let start = index;
  while (start > 0 && index - start < longestSentence && !endsSentence(text, start - 1)) start--;
  let end = index;
  while (end < text.length && end - index < longestSentence && !endsSentence(text, end)) end++;
  const isBreak = end >= text.length || text[end] === '\n' || text[end] === '\r';
  if (!isBreak) end++;
  while (!isBreak && end < text.length && closers.includes(text[end] as string)) end++;
  // A quote that closes the sentence before is not the first character of this one.
  while (start < index && (closers.includes(text[start] as string) || /\s/.test(text[start] as string)))
    start++;
  while (end > start && /\s/.test(text[end - 1] as string)) end--;
  return { start, end };
}
