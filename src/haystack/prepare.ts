import type { Tokenizer } from '../core/tokenizer.ts';
import { type CorpusText, corpusText } from './corpus-text.ts';
import { type TokenSums, tokenSums } from './token-sums.ts';

/** Part of every result key: raise it when the same inputs would give another haystack. */
export const haystackVersion = 2;

/** A corpus made ready for one tokenizer: every later count is a look-up and a few tiny encodes. */
export interface PreparedCorpus extends CorpusText, TokenSums {
  readonly tokenizer: Tokenizer;
  /** Tokens of a short text, remembered: every cell of a grid has the same words around its haystack. */
  count(text: string): number | Promise<number>;
  /** Tokens of the whole text, give or take the last sentence's seam. */
  readonly tokens: number;
}

/** Tokenises `text` once and remembers sums at sentence starts. Costs about one full tokenisation. */
export async function prepareCorpus(text: string, tokenizer: Tokenizer): Promise<PreparedCorpus> {
  const corpus = corpusText(text);
  return joinPrepared(corpus, await tokenSums(corpus, tokenizer), tokenizer);
}

/** A prepared corpus from its two halves, made now or read from a cache. */
export function joinPrepared(corpus: CorpusText, sums: TokenSums, tokenizer: Tokenizer): PreparedCorpus {
  return {
    ...corpus,
    ...sums,
    tokenizer,
    count: rememberCounts(tokenizer),
    tokens: sums.cum[sums.cum.length - 1] as number,
  };
}

const mostRemembered = 4_096;
const longestRemembered = 1_024;

/** Counts short texts once. A tiny encode costs some 15 µs, and half of a plan's are the same for every cell. */
function rememberCounts(tokenizer: Tokenizer): PreparedCorpus['count'] {
  const known = new Map<string, number>();
  return (text) => {
    if (text.length > longestRemembered) return tokenizer.count(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const counted = tokenizer.count(text);
    // A server's counts are remembered where they are asked for.
    if (typeof counted !== 'number') return counted;
    if (known.size >= mostRemembered) known.clear();
    // A copy of its own: a slice would keep the whole corpus in memory for as long as it is remembered.
    known.set(` ${text}`.slice(1), counted);
    return counted;
  };
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
