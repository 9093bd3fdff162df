import { firstHardAfter, lastHardBefore } from './hard-boundary.ts';
import type { PreparedCorpus } from './prepare.ts';

/** A place where text is put in: `text` goes between the corpus up to `at` and the corpus from `at` on. */
export interface Insertion {
  /** The sentence start nearest to `at`: where prefix sums are looked up. */
  readonly cut: number;
  readonly at: number;
  readonly text: string;
  /** Where the needles of this insertion start in `text`. */
  readonly starts: readonly number[];
}

/** Tokens of everything up to the first hard boundary after the last insertion so far, and what is needed to go on. */
interface OpenCount {
  /** Tokens before the open group of insertions. */
  readonly closed: number;
  readonly group: readonly Insertion[];
  /** Where the group's seam begins and how far it reaches, as corpus offsets. */
  readonly from: number;
  readonly reach: number;
  /** Tokens up to `reach`, and the corpus' own prefix sum there. */
  readonly tokens: number;
  readonly reachSum: number;
}

/** Counts a text made of corpus slices and insertions by tokenising its seams only. */
export interface SeamCounter {
  count(text: string): Promise<number>;
  /** Tokens of the corpus before `at`, a hard boundary or a sentence start near sentence `cut`. */
  corpusTokens(at: number, cut: number): Promise<number>;
  open(insertions: readonly Insertion[]): Promise<OpenCount>;
  /** Tokens of the whole once `ending` is put in last. */
  close(open: OpenCount, ending: Insertion): Promise<number>;
}

/** A counter for haystacks that start at corpus offset `start`. */
export function seamCounter(prepared: PreparedCorpus, start: number): SeamCounter {
  const { text, hard, cum, rule } = prepared;
  const count = async (piece: string): Promise<number> => prepared.count(piece);
  const corpusTokens = async (at: number, cut: number): Promise<number> => {
    const anchor = hard[cut] as number;
    if (at === anchor) return cum[cut] as number;
    if (at > anchor) return (cum[cut] as number) + (await count(text.slice(anchor, at)));
    return (cum[cut] as number) - (await count(text.slice(at, anchor)));
  };
  const between = async (from: number, fromCut: number, to: number, toCut: number): Promise<number> =>
    (await corpusTokens(to, toCut)) - (await corpusTokens(from, fromCut));

  return {
    count,
    corpusTokens,
    // Insertions whose seams touch are one group and tokenised together; between groups lies a difference of sums.
    open: async (insertions) => {
      let closed = 0;
      let group: Insertion[] = [];
      let from = start;
      let reach = start;
      let lastCut = 0;
      for (const insertion of insertions) {
        const left = lastHardBefore(text, insertion.at, start, rule);
        if (group.length > 0 && left >= reach) {
          closed += await count(joined(text, group, from, reach));
          closed += await between(reach, lastCut, left, insertion.cut);
          group = [];
        }
        if (group.length === 0) from = left;
        group.push(insertion);
        reach = Math.max(reach, firstHardAfter(text, insertion.at, text.length, rule));
        lastCut = insertion.cut;
      }
      const tokens = closed + (await count(joined(text, group, from, reach)));
      return { closed, group, from, reach, tokens, reachSum: await corpusTokens(reach, lastCut) };
    },
    close: async (open, ending) => {
      const left = lastHardBefore(text, ending.at, start, rule);
      if (left >= open.reach) {
        const seam = text.slice(left, ending.at) + ending.text;
        return open.tokens + (await corpusTokens(left, ending.cut)) - open.reachSum + (await count(seam));
      }
      return open.closed + (await count(joined(text, [...open.group, ending], open.from, ending.at)));
    },
  };
}

function joined(corpus: string, group: readonly Insertion[], from: number, to: number): string {
  let text = '';
  let at = from;
  for (const insertion of group) {
    text += corpus.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return text + corpus.slice(at, to);
}
