import { fisherExact } from './exact-tests.ts';

/** A place in a series from which on the share of successes is another. */
export interface ChangePoint {
  /** Index of the first point after the change. */
  readonly index: number;
  /** Shares of successes in the stretch before and in the one after, up to the neighbouring changes. */
  readonly before: number;
  readonly after: number;
  /** Chance of a split as clear as this anywhere in its stretch, were there no change; at most `errorRate`. */
  readonly p: number;
}

/** `k` successes of `n` at one point in time: whole numbers; for graded or clustered cells, rounded effective counts. */
export interface SeriesPoint {
  readonly k: number;
  readonly n: number;
}

/**
 * The points at which a series changed, ascending. Binary segmentation: the stretch is cut where Fisher's exact test between its
 * two parts is clearest, if that p times the number of possible cuts (Bonferroni) is at most `errorRate`, then each part again.
 * So a series without any change is marked in at most `errorRate` of cases. Points with n = 0 tell nothing.
 */
export function changePoints(series: readonly SeriesPoint[], errorRate = 0.05): ChangePoint[] {
  const cuts = cutsIn(series, { from: 0, to: series.length, errorRate }).sort((a, b) => a.index - b.index);
  return cuts.map(({ index, p }, i) => ({
    index,
    p,
    before: shareOf(sumOf(series, cuts[i - 1]?.index ?? 0, index)),
    after: shareOf(sumOf(series, index, cuts[i + 1]?.index ?? series.length)),
  }));
}

interface Cut {
  readonly index: number;
  readonly p: number;
}

function cutsIn(
  series: readonly SeriesPoint[],
  stretch: { readonly from: number; readonly to: number; readonly errorRate: number },
): Cut[] {
  const { from, to, errorRate } = stretch;
  const possible = to - from - 1;
  let best: Cut | null = null;
  for (let index = from + 1; index < to; index++) {
    const p = Math.min(1, possible * fisherExact(sumOf(series, from, index), sumOf(series, index, to)));
    if (best === null || p < best.p) best = { index, p };
  }
  if (best === null || best.p > errorRate) return [];
  return [
    ...cutsIn(series, { ...stretch, to: best.index }),
    best,
    ...cutsIn(series, { ...stretch, from: best.index }),
  ];
}

function sumOf(series: readonly SeriesPoint[], from: number, to: number): SeriesPoint {
  const part = series.slice(from, to);
  return { k: part.reduce((sum, { k }) => sum + k, 0), n: part.reduce((sum, { n }) => sum + n, 0) };
}

function shareOf({ k, n }: SeriesPoint): number {
  return n === 0 ? 0 : k / n;
}
