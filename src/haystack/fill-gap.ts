import { cutNearest, type PreparedCorpus } from './prepare.ts';
import { gap, skipSpace, trimEnd } from './spacing.ts';

export interface Fit {
  readonly prepared: PreparedCorpus;
  total(end: number, fill: string): Promise<number>;
  readonly budget: number;
  readonly least: number;
  readonly roughEnd: number;
  readonly start: number;
}

/**
 * The last sentence that fits, plus whole sentences from elsewhere until the budget is met to the token; null where not even
 * `least` fits.
 */
export async function fitEnd(fit: Fit): Promise<{ end: number; fill: string; tokens: number } | null> {
  const { prepared, total, budget, least } = fit;
  const lastCut = prepared.cuts.length - 1;
  let end = Math.max(least, fit.roughEnd);
  let bare = await total(end, '');
  while (bare > budget && end > least) {
    // The sums tell how far to step back; the seam tells whether it was enough.
    const target = (prepared.cum[end] as number) - (bare - budget);
    end = Math.max(least, Math.min(end - 1, cutNearest(prepared, target)));
    bare = await total(end, '');
  }
  while (bare <= budget && end < lastCut) {
    const next = await total(end + 1, '');
    if (next > budget) break;
    end += 1;
    bare = next;
  }
  if (bare > budget) return null;
  let best = { end, fill: '', tokens: bare };
  if (best.tokens === budget) return best;
  for (let back = 0; back <= mostBack && end - back >= least && best.tokens < budget; back++) {
    const from = end - back;
    const filled = await fillGap(fit, from, back === 0 ? bare : await total(from, ''));
    if (filled.tokens > best.tokens) best = { end: from, ...filled };
  }
  return best;
}

/** Sentences by which the end steps back to make a gap that can be filled. */
const mostBack = 8;

/** Sentences that are put in whole at most, before it is told that no fill is exact. */
const mostFill = 5;

/** Adds whole sentences after sentence `end` until the budget is met exactly, or as nearly as was found. */
async function fillGap(fit: Fit, end: number, bare: number): Promise<{ fill: string; tokens: number }> {
  const { prepared, total, budget } = fit;
  let fill = '';
  let tokens = bare;
  let best = { fill, tokens };
  let skip = end + 2;
  const last = prepared.text[trimEnd(prepared.text, prepared.cuts[end] as number) - 1] ?? '';
  const sentence = (k: number): string => sentenceBehind(fill === '' ? last : fill, prepared, k);
  for (let added = 0; added < mostFill && tokens < budget; added++) {
    const gapTokens = budget - tokens;
    for (const candidate of sentencesFor(fit, skip, { rank: exactRank(gapTokens), most: 2 })) {
      const tried = fill + sentence(candidate);
      const triedTokens = await total(end, tried);
      if (triedTokens === budget) return { fill: tried, tokens: triedTokens };
      if (triedTokens < budget && triedTokens > best.tokens) best = { fill: tried, tokens: triedTokens };
    }
    // No single sentence fits: one of about half the gap leaves another gap to try.
    const [next] = sentencesFor(fit, skip, { rank: halfRank(gapTokens), most: 1 });
    if (next === undefined) break;
    const grown = await total(end, fill + sentence(next));
    if (grown > budget) break;
    fill += sentence(next);
    skip = next + 1;
    tokens = grown;
    if (tokens > best.tokens) best = { fill, tokens };
  }
  return best;
}

/**
 * How far behind the haystack a filling sentence may come from, in sentences. Near enough that a longer corpus, of a grid
 * that grew, offers the very same ones.
 */
const fillReach = 400;

/** How welcome a sentence of `size` tokens is: 0 before 1 before 2 …; -1 = not at all. */
type Rank = (size: number) => number;

/** The gap itself first, then sizes that a seam's token or two may turn into it. */
const exactRank =
  (gap: number): Rank =>
  (size) =>
    Math.abs(size - gap) > 2 ? -1 : 2 * Math.abs(size - gap) - (size < gap ? 1 : 0);

/** About half of the gap, 40 tokens at most: the nearer the better, the longer of two that are equally near first. */
const halfRank =
  (gap: number): Rank =>
  (size) => {
    const half = Math.min(40, gap >> 1);
    if (size < 1 || size > 2 * half) return -1;
    return 2 * Math.abs(size - half) + (size < half ? 1 : 0);
  };

/**
 * Up to `most` sentences a rank from outside the haystack, best rank first: those right behind sentence `after`, else those right
 * before the start.
 */
function sentencesFor(fit: Fit, after: number, { rank, most }: { rank: Rank; most: number }): number[] {
  const { cum } = fit.prepared;
  const find = (from: number, to: number): number[] => {
    const found: number[][] = [];
    for (let k = Math.max(0, from); k < Math.min(to, cum.length - 1); k++) {
      const place = rank((cum[k + 1] as number) - (cum[k] as number));
      if (place < 0) continue;
      found[place] ??= [];
      if ((found[place] as number[]).length < most) (found[place] as number[]).push(k);
    }
    return found.flat();
  };
  const behind = find(after, after + fillReach);
  return behind.length > 0 ? behind : find(fit.start - fillReach, fit.start - 1);
}

/** Sentence `k` with the space before it that its place behind `left` needs. */
function sentenceBehind(left: string, { text, cuts }: PreparedCorpus, k: number): string {
  const own = text.slice(skipSpace(text, cuts[k] as number), trimEnd(text, cuts[k + 1] as number));
  return gap(left, own[0]) + own;
}
