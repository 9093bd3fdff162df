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
  for (let back = 0; back <= 8 && end - back >= least && best.tokens < budget; back++) {
    const from = end - back;
    const filled = await fillGap(fit, from, back === 0 ? bare : await total(from, ''));
    if (filled.tokens > best.tokens) best = { end: from, ...filled };
  }
  return best;
}

/** Sentences that are put in whole at most, before it is told that no fill is exact. */
const mostFill = 5;

/** Adds whole sentences after sentence `end` until the budget is met exactly, or as nearly as was found. */
async function fillGap(fit: Fit, end: number, bare: number): Promise<{ fill: string; tokens: number }> {
  const { prepared, total, budget, start } = fit;
  let fill = '';
  let tokens = bare;
  let best = { fill, tokens };
  let skip = end + 2;
  for (let added = 0; added < mostFill && tokens < budget; added++) {
    const gapTokens = budget - tokens;
    // The seam may cost a token or two more or less than the sentence alone.
    const sizes = [gapTokens, gapTokens - 1, gapTokens + 1, gapTokens - 2, gapTokens + 2];
    for (const candidate of sentencesOfSize(prepared, start, skip, sizes)) {
      const tried = fill + sentence(prepared, candidate);
      const triedTokens = await total(end, tried);
      if (triedTokens === budget) return { fill: tried, tokens: triedTokens };
      if (triedTokens < budget && triedTokens > best.tokens) best = { fill: tried, tokens: triedTokens };
    }
    // No single sentence fits: one of about half the gap leaves another gap to try.
    const half = Math.min(40, gapTokens >> 1);
    const near = Array.from({ length: 2 * half }, (_, i) => half + (i % 2 === 0 ? i / 2 : -(i + 1) / 2));
    const [next] = sentencesOfSize(prepared, start, skip, near);
    if (next === undefined) break;
    const grown = await total(end, fill + sentence(prepared, next));
    if (grown > budget) break;
    fill += sentence(prepared, next);
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

/** Up to two sentences outside the haystack for each size wanted: those right after it, else one from before it. */
function sentencesOfSize(
  prepared: PreparedCorpus,
  start: number,
  after: number,
  sizes: readonly number[],
): number[] {
  const found: number[] = [];
  for (const size of sizes) {
    const list = size > 0 ? prepared.bySize.get(size) : undefined;
    if (!list) continue;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as number) < after) low = middle + 1;
      else high = middle;
    }
    const next = list.slice(low, low + 2).filter((sentence) => sentence < after + fillReach);
    const before = (list[0] as number) < start ? list.slice(0, 1) : [];
    found.push(...(next.length > 0 ? next : before));
  }
  return found;
}

/** Sentence `k` with the space before it that its place at the end of another sentence needs. */
function sentence(prepared: PreparedCorpus, k: number): string {
  const { text, cuts } = prepared;
  const own = text.slice(skipSpace(text, cuts[k] as number), trimEnd(text, cuts[k + 1] as number));
  return gap('', own[0]) + own;
}
