import { isLineBreak, isWhite, joinsBack, trimmedEnd } from './character-kinds.ts';

/** A stretch without a sentence end (tables, lists, code, verse) is cut elsewhere once it is this long. */
export const longestSentence = 1_200;
/** Such cuts lie at least this far apart. */
const shortestPiece = longestSentence / 2;

/** A place to cut, and what it is: the lower, the better. */
interface Place {
  readonly at: number;
  readonly rank: number;
}
const ranks = { line: 0, clause: 1, space: 2, word: 3 } as const;

/**
 * Cuts for a stretch from `from` to `to` that is too long: after a line, else after a clause, else before white space, else
 * between two words of a script that has no spaces. `to` is where its text ends, so that no cut leaves only white space.
 */
export function cutStretch(text: string, from: number, to: number): number[] {
  const cuts: number[] = [];
  let last = from;
  let lowest = from + shortestPiece;
  while (to - last > longestSentence && lowest < to) {
    const highest = Math.min(lowest + shortestPiece, to);
    const at = placeBetween(text, last, { lowest, highest });
    if (at === undefined) {
      lowest = highest;
      continue;
    }
    cuts.push(at);
    last = at;
    lowest = at + shortestPiece;
  }
  return cuts;
}

/**
 * Cuts for a long fence or table: after blank lines, else after any line. A single line longer than a sentence may be is cut
 * like any other stretch.
 */
export function cutLines(text: string, from: number, to: number): number[] {
  const cuts: number[] = [];
  let last = from;
  let line = from;
  let blank = -1;
  const cutAt = (at: number): void => {
    cuts.push(at);
    last = at;
    blank = -1;
  };
  while (to - last > longestSentence) {
    const end = text.indexOf('\n', line);
    if (end < 0 || end >= to) break;
    let next = end + 1;
    while (next < to && isWhite(text.charCodeAt(next))) next++;
    while (next > end + 1 && !isLineBreak(text.charCodeAt(next - 1))) next--;
    if (next - last > longestSentence && blank > last) cutAt(blank);
    if (next - last > longestSentence && line > last) cutAt(line);
    if (next - last > longestSentence) {
      cuts.push(...cutStretch(text, last, trimmedEnd(text, last, end)));
      cutAt(next);
    }
    if (next > end + 1 && blank < last && next - last >= shortestPiece) blank = next;
    line = next;
  }
  if (to - last > longestSentence) {
    if (line > last) cutAt(line);
    cuts.push(...cutStretch(text, last, to));
  }
  return cuts.filter((cut) => cut < to);
}

/** The first of the best places in `[lowest, highest)`. */
function placeBetween(
  text: string,
  last: number,
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): number | undefined {
  let best: Place | undefined;
  for (let at = lowest; at < highest; at++) {
    const place = placeAt(text, at);
    if (place === undefined) continue;
    if (place.at < highest && (best === undefined || place.rank < best.rank)) {
      best = place;
      if (best.rank === ranks.line) break;
    }
    at = Math.max(at, place.at);
  }
  return best?.at ?? wordBetween(text, last, { lowest, highest });
}

const clauseMarks = ',;:，、；：';
const spacelessClauseMarks = '，、；：';
const clauseClosing = '”’」』）】》〉)]"\'';

/** The place at `at`: white space begins there, or a clause ended right before it. */
function placeAt(text: string, at: number): Place | undefined {
  const before = text.charCodeAt(at - 1);
  if (isWhite(text.charCodeAt(at))) {
    if (isWhite(before) || joinsForward(before)) return undefined;
    let end = at;
    let afterLine = -1;
    for (; end < text.length && isWhite(text.charCodeAt(end)); end++) {
      if (isLineBreak(text.charCodeAt(end))) afterLine = end + 1;
    }
    if (afterLine > 0) return { at: afterLine, rank: ranks.line };
    return { at, rank: clauseMarks.includes(text[at - 1] as string) ? ranks.clause : ranks.space };
  }
  if (!spacelessClauseMarks.includes(text[at - 1] as string)) return undefined;
  let end = at;
  while (clauseClosing.includes(text[end] ?? ' ')) end++;
  const next = text[end] ?? ' ';
  // White space behind it is a place of its own; another mark means that the clause has not ended yet.
  if (isWhite(next.charCodeAt(0)) || /[\p{P}\p{S}]/u.test(next) || joinsBack(text, end)) return undefined;
  return { at: end, rank: ranks.clause };
}

/** Arabic number signs and their like join what follows them, a space too. */
function joinsForward(code: number): boolean {
  return (
    (code >= 0x600 && code <= 0x605) ||
    code === 0x6dd ||
    code === 0x70f ||
    code === 0x890 ||
    code === 0x891 ||
    code === 0x8e2 ||
    code === 0xd4e
  );
}

/** A letter of a script that puts no spaces between words. */
const spacelessLetter =
  '(?=[\\p{L}\\p{M}\\p{N}])[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]';
const spacelessLetters = new RegExp(`(?:${spacelessLetter}){2}`, 'u');
const endsSpaceless = new RegExp(`${spacelessLetter}$`, 'u');
const startsSpaceless = new RegExp(`^${spacelessLetter}`, 'u');

/** A boundary between two words of a script without spaces, as ICU's dictionaries find it. */
function wordBetween(
  text: string,
  last: number,
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): number | undefined {
  if (!spacelessLetters.test(text.slice(lowest, highest))) return undefined;
  const from = lowest - last <= longestSentence ? last : lowest;
  const segments = words().segment(text.slice(from, highest));
  let at = lowest - from;
  while (at < highest - from) {
    const segment = segments.containing(at);
    if (segment === undefined) return undefined;
    const place = from + segment.index;
    if (segment.index >= lowest - from && place > last && isSpaceless(text, place)) return place;
    at = segment.index + segment.segment.length;
  }
  return undefined;
}

/** Whether letters of scripts without spaces stand on both sides, and no character reaches across. */
function isSpaceless(text: string, at: number): boolean {
  return (
    endsSpaceless.test(text.slice(Math.max(0, at - 2), at)) &&
    startsSpaceless.test(text.slice(at, at + 2)) &&
    !joinsBack(text, at)
  );
}

let wordSegmenter: Intl.Segmenter | undefined;

/** One locale for all machines: the dictionaries are those of the scripts, whatever it is. */
function words(): Intl.Segmenter {
  wordSegmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  return wordSegmenter;
}
