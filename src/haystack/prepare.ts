import type { SplitRule, Tokenizer } from '../core/tokenizer.ts';
import { lastHardBefore } from './hard-boundary.ts';
import { sentenceCuts } from './sentence-cuts.ts';

/** Part of every result key: raise it when the same inputs would give another haystack. */
export const haystackVersion = 1;

/** A corpus made ready for one tokenizer: every later count is a look-up and a few tiny encodes. */
export interface PreparedCorpus {
  readonly text: string;
  readonly tokenizer: Tokenizer;
  readonly rule: SplitRule;
  /** `cuts[k]` = character offset where sentence k starts; one more entry for the end. */
  readonly cuts: Uint32Array;
  /** `hard[k]` = the last hard boundary strictly before `cuts[k]` (0 for k = 0). */
  readonly hard: Uint32Array;
  /** `cum[k]` = tokens of `text.slice(0, hard[k])`. */
  readonly cum: Uint32Array;
  /** Sentence numbers by their token count, each list ascending. */
  readonly bySize: ReadonlyMap<number, readonly number[]>;
  /** Tokens of the whole text, give or take the last sentence's seam. */
  readonly tokens: number;
}

/** Sentences whose counts may be under way at once, where a server counts. */
const inFlight = 32;

/** Tokenises `text` once and remembers sums at sentence starts. Costs about one full tokenisation. */
export async function prepareCorpus(text: string, tokenizer: Tokenizer): Promise<PreparedCorpus> {
  const rule = tokenizer.splitRule;
  const cuts = sentenceCuts(text);
  const hard = new Uint32Array(cuts.length);
  const cum = new Uint32Array(cuts.length);
  for (let k = 1; k < cuts.length; k++) {
    hard[k] = lastHardBefore(text, cuts[k] as number, hard[k - 1] as number, rule);
  }
  const segment = (k: number): string => text.slice(hard[k - 1] as number, hard[k] as number);
  for (let from = 1; from < cuts.length; from += inFlight) {
    const to = Math.min(cuts.length, from + inFlight);
    const counted: (number | Promise<number>)[] = [];
    for (let k = from; k < to; k++) counted.push(tokenizer.count(segment(k)));
    // Awaiting every number of a tokenizer in this process would cost more than counting it.
    const counts = counted.some((count) => typeof count !== 'number')
      ? await Promise.all(counted)
      : (counted as number[]);
    for (let k = from; k < to; k++) cum[k] = (cum[k - 1] as number) + (counts[k - from] as number);
  }
  const bySize = new Map<number, number[]>();
  for (let k = 0; k + 1 < cuts.length; k++) {
    const size = (cum[k + 1] as number) - (cum[k] as number);
    const list = bySize.get(size);
    if (list) list.push(k);
    else bySize.set(size, [k]);
  }
  return { text, tokenizer, rule, cuts, hard, cum, bySize, tokens: cum[cum.length - 1] as number };
}

/** The number of the sentence start whose token offset is nearest to `tokens`. Binary search. */
export function cutNearest(prepared: PreparedCorpus, tokens: number): number {
  const { cum } = prepared;
  let low = 0;
  let high = cum.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cum[middle] as number) < tokens) low = middle + 1;
    else high = middle;
  }
  const before = Math.max(0, low - 1);
  return tokens - (cum[before] as number) <= (cum[low] as number) - tokens ? before : low;
}
