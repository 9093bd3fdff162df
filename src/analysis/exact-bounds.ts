import { betaQuantile, incompleteBeta } from './beta.ts';
import type { Interval } from './wilson.ts';

/**
 * Bounds on a proportion of which each alone holds with at least `confidence`, whatever the proportion: Wilson's do so on
 * average only, and near 1 a decision that rests on one of them is wrong twice as often as it says. Clopper and Pearson, "The use of
 * confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934). `successes` and `n` may be
 * fractional: sums of graded scores, and counts divided by a design effect (Korn and Graubard, Survey Methodology 24, 1998).
 */
export function exactBounds(successes: number, n: number, confidence: number): Interval {
  const misses = Math.max(0, n - successes);
  const risk = 1 - confidence;
  return {
    lower: successes <= 0 ? 0 : betaQuantile(risk, successes, misses + 1),
    upper: misses <= 0 ? 1 : betaQuantile(confidence, successes + 1, misses),
  };
}

/** Chance of `successes` or fewer of `n` if their share were `share`: the test that the upper bound inverts. */
export function shortfallP(successes: number, n: number, share: number): number {
  return successes >= n || share >= 1
    ? Number(successes >= n)
    : 1 - incompleteBeta(share, successes + 1, n - successes);
}
