import { patternSpelt } from './patterns.ts';

/** Longer texts gain nothing: what wasm costs to be called is small beside them. */
const mostChars = 2_000;
/** Words whose counts are remembered: prompts of one run are made of the same few. */
const mostWords = 20_000;

/**
 * Counts the tokens of short ASCII texts as tiktoken does, without it: its rank map takes a quarter of a second to build and 47 MB to
 * keep, and each call 15 µs, which is most of what planning a cell costs. Returns null where the pattern is none of `patterns`, on
 * which JavaScript and Rust are known to agree; the function returns null for a text that is long or not ASCII.
 *
 * `ranks` as in `TiktokenParts`. Byte pair encoding: of all neighbours that a token exists for, those of the lowest rank, leftmost
 * first, are joined until none is left.
 */
export function asciiCounter(ranks: string, pattern: string): ((text: string) => number | null) | null {
  const word = patternSpelt([pattern]) === null ? null : inJavaScript(pattern);
  if (word === null) return null;
  let rankOf: ((bytes: string) => number) | null = null;
  const counts = new Map<string, number>();
  return (text) => {
    if (text.length > mostChars || !isAscii(text)) return null;
    let sum = 0;
    for (const match of text.match(word) ?? []) {
      let count = counts.get(match);
      if (count === undefined) {
        rankOf ??= rankLookup(ranks);
        count = tokensOf(match, rankOf);
        if (counts.size >= mostWords) counts.clear();
        counts.set(match, count);
      }
      sum += count;
    }
    return sum;
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function tokensOf(word: string, rankOf: (bytes: string) => number): number {
  if (rankOf(word) !== Number.POSITIVE_INFINITY) return 1;
  const parts = [...word];
  /** Of each part joined with the next. */
  const joined = parts.map((part, i) => rankOf(part + (parts[i + 1] ?? '')));
  joined[parts.length - 1] = Number.POSITIVE_INFINITY;
  for (;;) {
    const lowest = Math.min(...joined);
    if (lowest === Number.POSITIVE_INFINITY) return parts.length;
    const at = joined.indexOf(lowest);
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
    joined.splice(at, 1);
    for (const i of [at - 1, at]) {
      if (i < 0) continue;
      const next = parts[i + 1];
      joined[i] = next === undefined ? Number.POSITIVE_INFINITY : rankOf(`${parts[i]}${next}`);
    }
  }
}

/** The rank of a token by its ASCII bytes; infinite where there is none. */
function rankLookup(ranks: string): (bytes: string) => number {
  const known = new Map<string, number>();
  for (const line of ranks.split('\n')) {
    const [, first, ...tokens] = line.split(' ');
    for (const [i, token] of tokens.entries()) known.set(token, Number(first) + i);
  }
  // As they stand in `ranks`: to decode them all would take longer than to encode the few that are asked for.
  return (bytes) => known.get(btoa(bytes)) ?? Number.POSITIVE_INFINITY;
}

/** The pattern with its one construct that JavaScript lacks before Node 23 spelt out: letters of either case. */
function inJavaScript(pattern: string): RegExp {
  const spelt = pattern.replace(/\(\?i:([^()]*)\)/g, (_match, inner: string) => {
    const either = inner.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
    return `(?:${either})`;
  });
  return new RegExp(spelt, 'gu');
}
