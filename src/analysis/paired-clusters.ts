import type { Random } from '../core/random.ts';
import { clusteredMean } from './clustered-mean.ts';
import type { PairedEvidence } from './paired-evidence.ts';
import { pairedShares } from './paired-shares.ts';
import { studentCdf } from './student.ts';

/** Enough for a p of 0.05 among 250 strata. */
const resamples = 4_999;
/** Up to this many clusters that changed, all ways to flip their signs are tried. */
const exactFlips = 12;
/** Above this, a p decides nothing, and no flips are spent on it. */
const undecided = 0.1;

/**
 * What pairs in clusters, or graded ones, say of candidate − base: `differences[cluster]` holds those of one cluster. Bounds are those
 * of a clustered mean. A loss or a gain is also put to a randomisation test that flips the signs of whole clusters (Fisher, The Design of
 * Experiments, 1935), which is McNemar's where each cluster is one pass or fail. The largest p stands.
 */
export function pairedClusters(
  differences: readonly (readonly number[])[],
  random: () => Random,
): PairedEvidence {
  const count = differences.length;
  const clusters = differences.map((values) => ({
    sum: values.reduce((sum, value) => sum + value, 0),
    size: values.length,
  }));
  if (clusters.every(({ sum }) => Math.abs(sum) < 1e-12)) {
    // Nothing changed: all that can be said is how rare a change is, as if each cluster were one pair.
    return { ...pairedShares({ losses: 0, gains: 0, n: count }), test: 'clusters' };
  }
  const { mean, error, resampled, upper, lower } = clusteredMean(differences, { random, resamples });
  const pairs = clusters.reduce((sum, { size }) => sum + size, 0);
  const p = (tolerance: number, sign: 1 | -1): number => {
    if (count < 2) return 1;
    const over = sign * mean - tolerance;
    const student = error === 0 ? Number(over <= 0) : studentCdf(-over / error, count - 1);
    if (student > undecided) return student;
    const beyond = resampled().filter((value) => sign * value <= tolerance).length;
    const bootstrap = Math.max(student, (1 + beyond) / (1 + resamples));
    if (bootstrap > undecided) return bootstrap;
    const sums = clusters.map(({ sum, size }) => sign * sum - tolerance * size);
    return Math.max(bootstrap, flipP(sums, random));
  };
  const variance = Math.max(error * error * pairs, 1 / (pairs + 1));
  return {
    mean,
    test: 'clusters',
    clusters: count,
    variance,
    noise: variance,
    upper: (confidence) => Math.min(1, upper(confidence)),
    lower: (confidence) => Math.max(-1, lower(confidence)),
    lossP: (tolerance) => p(tolerance, -1),
    gainP: (tolerance) => p(tolerance, 1),
  };
}

/** Chance of a sum as large as seen, were each cluster's sign a coin's. */
function flipP(sums: readonly number[], random: () => Random): number {
  const moved = sums.filter((sum) => sum !== 0);
  const seen = moved.reduce((sum, value) => sum + value, 0) - 1e-9;
  if (moved.length <= exactFlips) {
    const ways = 2 ** moved.length;
    let reached = 0;
    for (let way = 0; way < ways; way++) {
      const flipped = moved.reduce((sum, value, bit) => sum + ((way >> bit) & 1 ? value : -value), 0);
      if (flipped >= seen) reached += 1;
    }
    return reached / ways;
  }
  const stream = random();
  let reached = 0;
  for (let i = 0; i < resamples; i++) {
    let flipped = 0;
    for (const value of moved) flipped += stream.float() < 0.5 ? value : -value;
    if (flipped >= seen) reached += 1;
  }
  return (1 + reached) / (1 + resamples);
}
