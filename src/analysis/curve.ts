/** One point of a score curve: a length in tokens and a score from 0 to 1. */
export interface CurvePoint {
  readonly contextLength: number;
  readonly score: number;
}

/**
 * RULER's two averages over scores by ascending length, each with weights 1, 2 … n: `increasing` weighs the longest most, `decreasing` the
 * shortest; null without scores. Hsieh et al., "RULER: What's the real context size of your long-context language models?" (2024).
 */
export function weightedAverages(
  scores: readonly number[],
): { readonly increasing: number; readonly decreasing: number } | null {
  const count = scores.length;
  if (count === 0) return null;
  const weights = (count * (count + 1)) / 2;
  return {
    increasing: scores.reduce((sum, score, index) => sum + score * (index + 1), 0) / weights,
    decreasing: scores.reduce((sum, score, index) => sum + score * (count - index), 0) / weights,
  };
}

/**
 * RULER's rule: the largest length up to which every score reaches `bar`, by its mean alone and so without a word on chance; null where
 * the shortest falls short. `points` ascend; a length without a point ends nothing.
 */
export function pointEffectiveLength(points: readonly CurvePoint[], bar: number): number | null {
  const short = points.findIndex(({ score }) => score < bar);
  return points[(short < 0 ? points.length : short) - 1]?.contextLength ?? null;
}

/**
 * The mean score over the tested range with lengths on a logarithmic axis, by trapezoids between neighbours: 1 where every length scored
 * 1. Each doubling counts alike. The one score where there is one length; null without any. `points` ascend.
 */
export function areaUnderCurve(points: readonly CurvePoint[]): number | null {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return null;
  if (first.contextLength === last.contextLength) return first.score;
  let area = 0;
  for (const [index, point] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) continue;
    area += (Math.log(point.contextLength / before.contextLength) * (point.score + before.score)) / 2;
  }
  return area / Math.log(last.contextLength / first.contextLength);
}

/** Depths up to this from either end count as the ends; those as near to the centre as the middle. */
const endShare = 0.2;
const middleShare = 0.2;

/**
 * How much lower the middle of the context scores than its ends, from −1 to 1: the mean over depths of 0–20 % and 80–100 % less that
 * over 30–70 %. Near 0 without the effect, negative where the ends are worse; null where either has no depth. The effect is
 * Liu et al.'s ("Lost in the middle", TACL 12, 2024); the index is ours.
 */
export function lostInTheMiddle(
  depths: readonly { readonly depth: number; readonly score: number }[],
): number | null {
  const rounding = 1e-9;
  const ends = depths.filter(({ depth }) => Math.min(depth, 1 - depth) <= endShare + rounding);
  const middle = depths.filter(({ depth }) => Math.abs(depth - 0.5) <= middleShare + rounding);
  if (ends.length === 0 || middle.length === 0) return null;
  return meanScore(ends) - meanScore(middle);
}

/**
 * A score with what chance alone would reach taken off: 0 at the noise floor, 1 at the top, negative where an answer does worse than
 * chance. `floor` in [0, 1).
 */
export function aboveNoiseFloor(score: number, floor: number): number {
  if (!(floor >= 0 && floor < 1)) throw new RangeError(`a noise floor lies in [0, 1), got ${floor}`);
  return (score - floor) / (1 - floor);
}

function meanScore(list: readonly { readonly score: number }[]): number {
  return list.reduce((sum, { score }) => sum + score, 0) / list.length;
}
