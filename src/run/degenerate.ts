/** Only the end is looked at: a loop is one that has not ended. */
const tailChars = 4_000;
const longestUnit = 1_000;
const leastChars = 32;
const leastRepeats = 4;

/**
 * Whether a text ends in a loop: a unit of up to 1,000 characters, four times or more and over at least 32 characters, repeated to
 * the end. The last unit may be cut; blanks alone are a loop too.
 */
export function endsInLoop(text: string): boolean {
  const trimmed = text.trimEnd();
  if (text.length - trimmed.length >= leastChars) return true;
  const tail = trimmed.slice(-tailChars);
  for (let unit = 1; unit <= Math.min(longestUnit, tail.length / leastRepeats); unit++) {
    let same = 0;
    for (let i = tail.length - 1; i >= unit && tail[i] === tail[i - unit]; i--) same++;
    if (same + unit >= Math.max(leastChars, leastRepeats * unit)) return true;
  }
  return false;
}

const leastGarbage = 3;
const leastShare = 0.1;
/** Writing systems in one answer that nobody writes on purpose. */
const leastScripts = 4;

/** Replacement characters, unassigned and private ones, controls; and UTF-8 that was read as Latin-1 (`Ã©`, `â€œ`). */
const garbage =
  /[\ufffd\p{Cn}\p{Co}]|[^\P{Cc}\t\n\r]|[\u00c2-\u00f4][\u0080-\u00bf\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/gu;
const scripts = [
  /\p{Script=Latin}{2}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Tamil}/u,
  /\p{Script=Bengali}/u,
  /\p{Script=Telugu}/u,
  /\p{Script=Georgian}/u,
  /\p{Script=Armenian}/u,
];

/**
 * Whether a text is no language: a tenth of it (three at least) broken characters, or four writing systems and more side by side. A rule
 * of thumb: it marks a row and never scores one.
 */
export function isGarbled(text: string): boolean {
  const broken = text.match(garbage)?.length ?? 0;
  if (broken >= leastGarbage && broken >= leastShare * text.trim().length) return true;
  return scripts.filter((script) => script.test(text)).length >= leastScripts;
}
