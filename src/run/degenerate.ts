/** Only the end is looked at: a loop is one that has not ended. */
const tailChars = 4_000;
const longestUnit = 200;
const leastChars = 32;
const leastRepeats = 4;

/**
 * Whether a text ends in a loop: a unit of up to 200 characters, four times or more and over at least 32 characters, repeated to
 * the end. The last unit may be cut.
 */
export function endsInLoop(text: string): boolean {
  const tail = text.trimEnd().slice(-tailChars);
  for (let unit = 1; unit <= Math.min(longestUnit, tail.length / leastRepeats); unit++) {
    let same = 0;
    for (let i = tail.length - 1; i >= unit && tail[i] === tail[i - unit]; i--) same++;
    if (same + unit >= Math.max(leastChars, leastRepeats * unit)) return true;
  }
  return false;
}
