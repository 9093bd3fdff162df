import { byteCharacters, bytesOfToken } from './byte-level.ts';
import { type PairTable, pairTable } from './pair-table.ts';

/** A byte-level BPE model as a `tokenizer.json` holds it. */
export interface MergeModel {
  readonly vocab: Readonly<Record<string, number>>;
  /** By priority: `"left right"`, or the two in a list. */
  readonly merges: readonly (string | readonly [string, string])[];
  /** A word that is a token as a whole is taken as such, whatever the merges make of it. */
  readonly ignoreMerges: boolean;
}

/** Ranks in tiktoken's form, or why there are none. */
export type Ranked = { readonly ranks: string } | { readonly reason: string };

/** Longer tokens would make the check quadratic for nothing. */
const longestToken = 4_096;

/*
 * tiktoken merges whichever two neighbours make the token of the lowest rank, the leftmost of equals; Hugging Face merges the pair that
 * stands first in a list, the leftmost of equals. When do the two agree on every word?
 *
 * Take tiktoken, and a token t somewhere in a word, made of the neighbours x|y. Nothing has crossed the ends of t's bytes before, so these
 * bytes were merged as if they were alone: the lowest rank of the word was the lowest here whenever its turn was here. Alone, a token's
 * bytes go through one fixed row of states, which holds one state of two parts, or ends before it with three or more. So two neighbours
 * make t by one pair only, t's own pair, in whatever word; and a token that has none is never made.
 *
 * Hence they agree if every token's own pair is in the list and these pairs stand there in the order of the ranks: at each step both see
 * the same neighbours that can be merged, in the same order. That is what is checked. Own pairs come shortest token first, since a
 * token's bytes are merged by shorter tokens only. Ranks are the order in which tokens first appear in the list.
 *
 * Tokens that are never made are words as a whole or nothing: tiktoken takes such words, as Hugging Face does with `ignore_merges` only.
 */
export function rankMerges(model: MergeModel): Ranked {
  const numbered = numberTokens(model);
  if ('reason' in numbered) return numbered;
  const { tokens, places } = numbered;
  if (tokens.some((token) => token.length > longestToken)) {
    return { reason: 'it has tokens of thousands of bytes' };
  }
  const ownPlaces = new Int32Array(tokens.length).fill(-1);
  const merged = pairTable(tokens.length);
  const parts = new Int32Array(longestToken);
  for (const number of byLength(tokens)) {
    if (number < 256 || reduce(tokens[number] as Buffer, parts, merged) > 2) continue;
    const left = parts[0] as number;
    const right = parts[1] as number;
    merged.set(left, right, number);
    ownPlaces[number] = places.get(left, right);
    if (ownPlaces[number] === -1) return { reason: 'not all its tokens come from merges' };
  }
  let last = -1;
  for (const place of ownPlaces) {
    if (place === -1) continue;
    if (place < last) return { reason: 'its merges are not in the order of its tokens' };
    last = place;
  }
  const kept = tokens.filter((_, number) => number < 256 || ownPlaces[number] !== -1 || model.ignoreMerges);
  return { ranks: `! 0 ${kept.map((token) => token.toString('base64')).join(' ')}` };
}

interface Numbered {
  /** Bytes of each token by its number: the 256 bytes, then what merges make, by the first merge that makes it, then whole words. */
  readonly tokens: readonly Buffer[];
  /** Where each pair of numbers stands in the list of merges. Of a pair that stands there twice the last counts, as in Hugging Face. */
  readonly places: PairTable;
}

function numberTokens({ vocab, merges, ignoreMerges }: MergeModel): Numbered | { readonly reason: string } {
  const tokens: Buffer[] = byteCharacters.map((_, byte) => Buffer.of(byte));
  // By the place of a token in the vocabulary; -1: it has none yet.
  const names = Object.keys(vocab);
  const known = new Map(names.map((name, i) => [name, i]));
  const numbers = new Int32Array(names.length).fill(-1);
  for (const [byte, character] of byteCharacters.entries()) {
    const i = known.get(character);
    if (i === undefined) return { reason: 'its vocabulary lacks bytes' };
    numbers[i] = byte;
  }
  const lefts = new Int32Array(merges.length);
  const rights = new Int32Array(merges.length);
  for (const [place, merge] of merges.entries()) {
    const space = typeof merge === 'string' ? merge.indexOf(' ') : 0;
    const left = typeof merge === 'string' ? merge.slice(0, space) : merge[0];
    const right = typeof merge === 'string' ? merge.slice(space + 1) : merge[1];
    lefts[place] = known.get(left) ?? -1;
    rights[place] = known.get(right) ?? -1;
    const i = known.get(left + right);
    if (i === undefined || space === -1) return { reason: 'its merges make what is no token' };
    if (numbers[i] !== -1) continue;
    const bytes = bytesOfToken(names[i] as string);
    if (bytes === null) return { reason: 'its merges make what is no text' };
    numbers[i] = tokens.length;
    tokens.push(bytes);
  }
  const places = pairTable(merges.length);
  for (let place = 0; place < merges.length; place++) {
    const left = numbers[lefts[place] as number] ?? -1;
    const right = numbers[rights[place] as number] ?? -1;
    // A part that no merge makes is never there to be merged.
    if (left !== -1 && right !== -1) places.set(left, right, place);
  }
  for (const [i, name] of ignoreMerges ? names.entries() : []) {
    const bytes = numbers[i] === -1 ? bytesOfToken(name) : null;
    if (bytes !== null && bytes.length > 0) tokens.push(bytes);
  }
  return { tokens, places };
}

/** Numbers of tokens, shortest token first. */
function byLength(tokens: readonly Buffer[]): Uint32Array {
  return Uint32Array.from(tokens.keys()).sort(
    (a, b) => (tokens[a] as Buffer).length - (tokens[b] as Buffer).length,
  );
}

/** Merges the bytes of a token by the lowest number first, the leftmost of equals; returns how many parts are left in `parts`. */
function reduce(token: Buffer, parts: Int32Array, merged: PairTable): number {
  parts.set(token);
  let left = token.length;
  while (left > 1) {
    let lowest = -1;
    let at = 0;
    for (let i = 0; i + 1 < left; i++) {
      const number = merged.get(parts[i] as number, parts[i + 1] as number);
      if (number !== -1 && (lowest === -1 || number < lowest)) {
        lowest = number;
        at = i;
      }
    }
    if (lowest === -1) break;
    parts[at] = lowest;
    parts.copyWithin(at + 1, at + 2, left);
    left--;
  }
  return left;
}
