import { normalQuantile } from './normal.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The score interval for a proportion, in [0, 1]; 0 to 1 where `n` is 0. `successes` and `n` may be fractional: sums of
 * graded scores, for which it errs on the wide side, and counts divided by a design effect. With `sided: 1` each bound
 * alone holds with the given confidence, with `sided: 2` both do. Wilson, "Probable inference, the law of succession, and
 * statistical inference", Journal of the American Statistical Association 22 (1927).
 */
export function wilson(successes: number, n: number, confidence: number, sided: 1 | 2): Interval {
  if (!(n >= 0 && successes >= 0) || successes > n * (1 + 1e-9)) {
    throw new RangeError(`expected 0 <= successes <= n, got ${successes} of ${n}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence lies between 0 and 1, got ${confidence}`);
  }
  if (n === 0) return { lower: 0, upper: 1 };
  const mean = Math.min(successes / n, 1);
  const z = normalQuantile(1 - (1 - confidence) / sided);
  const shrink = 1 + (z * z) / n;
  const middle = (mean + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((mean * (1 - mean)) / n + (z * z) / (4 * n * n));
  // At the ends the bound equals the mean exactly; elsewhere rounding must not carry it past the mean or out of [0, 1].
  return {
    lower: mean === 0 ? 0 : Math.max(0, Math.min(mean, middle - half)),
    upper: mean === 1 ? 1 : Math.min(1, Math.max(mean, middle + half)),
  };
}
