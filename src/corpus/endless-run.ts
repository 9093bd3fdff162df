/** Longer runs stall tokenizers: the time for one pre-token grows with the square of its length. */
export const longestRun = 4_000;

const kinds = [/^[^\s\p{P}]$/u, /^[\p{P}\p{S}]$/u, /^\s$/u] as const;

/**
 * Where the first run of more than 4,000 characters of one kind (words, marks or blanks) starts, in UTF-16 units; -1 without
 * one. A run that long covers one place in every 4,001, so that only the runs around those places are measured.
 */
export function endlessRunAt(text: string): number {
  for (let place = longestRun; place < text.length; place += longestRun + 1) {
    const starts = kinds.map((kind) => longRunAround(text, place, kind)).filter((start) => start >= 0);
    if (starts.length > 0) return Math.min(...starts);
  }
  return -1;
}

/** The start of the run of a kind that covers `place`, if it is too long; else -1. */
function longRunAround(text: string, place: number, kind: RegExp): number {
  let start = startOfCharacter(text, place);
  let end = start;
  let length = 0;
  while (end < text.length && length <= longestRun) {
    const character = characterAt(text, end);
    if (!kind.test(character)) break;
    end += character.length;
    length++;
  }
  if (length === 0) return -1;
  while (start > 0) {
    const before = startOfCharacter(text, start - 1);
    if (!kind.test(characterAt(text, before))) break;
    start = before;
    length++;
  }
  return length > longestRun ? start : -1;
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) as number);
}

function startOfCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && at > 0 ? at - 1 : at;
}
