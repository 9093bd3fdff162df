import { mcnemarExact } from './exact-tests.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import type { PairedEvidence } from './paired-evidence.ts';

/**
 * What `n` independent pairs of passes and fails say of candidate − base. Bounds are Tango's score bounds ("Equivalence test
 * and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17,
 * 1998) with a continuity correction, which hold for few pairs and for none that changed. A loss or a gain is
 * also put to McNemar's exact test: the larger p stands.
 */
export function pairedShares({ losses, gains, n }: Changes): PairedEvidence {
  const exact = { loss: mcnemarExact(losses, gains).oneSided, gain: mcnemarExact(gains, losses).oneSided };
  // Half a change of each kind, so that pairs without any change are not taken to be free of noise.
  const changed = (losses + gains + 1) / (n + 1);
  const mean = (gains - losses) / n;
  return {
    mean,
    test: 'mcnemar',
    clusters: n,
    variance: changed - mean * mean,
    noise: (2 * Math.min(losses, gains) + 1) / (n + 1),
    upper: (confidence) => tangoUpper({ losses, gains, n }, confidence),
    lower: (confidence) => -tangoUpper({ losses: gains, gains: losses, n }, confidence),
    lossP: (tolerance) => Math.max(exact.loss, beyond({ losses, gains, n }, tolerance)),
    gainP: (tolerance) => Math.max(exact.gain, beyond({ losses: gains, gains: losses, n }, tolerance)),
  };
}

interface Changes {
  readonly losses: number;
  readonly gains: number;
  readonly n: number;
}

/** Chance of as many losses if the true difference were −tolerance; without a tolerance McNemar's test says it exactly. */
function beyond(changes: Changes, tolerance: number): number {
  return tolerance === 0 ? 0 : normalCdf(tangoStatistic(changes, -tolerance));
}

/** The largest difference that a one-sided score test does not reject, by halving: the statistic falls as it grows. */
function tangoUpper(changes: Changes, confidence: number): number {
  const z = normalQuantile(confidence);
  let low = (changes.gains - changes.losses) / changes.n;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tangoStatistic(changes, middle) > -z) low = middle;
    else high = middle;
  }
  return high;
}

/** How many standard errors the difference lies over `difference`, with the error as it would be if that were true. */
function tangoStatistic({ losses, gains, n }: Changes, difference: number): number {
  // A pair more or less is the least step there is: half of one is taken off, which keeps the level where few pairs changed.
  const over = gains - losses - n * difference + 0.5;
  const b = (2 * n - gains + losses) * difference - gains - losses;
  const c = -losses * difference * (1 - difference);
  // The share of losses that is likeliest under `difference`; rounding must not take the root of a negative number.
  const lossShare = (Math.sqrt(Math.max(0, b * b - 8 * n * c)) - b) / (4 * n);
  const variance = n * (2 * lossShare + difference * (1 - difference));
  return variance <= 0 ? over * Number.POSITIVE_INFINITY : over / Math.sqrt(variance);
}
