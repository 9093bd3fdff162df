import type { Random } from '../core/random.ts';
import type { PairedEvidence } from './paired-evidence.ts';
import { pairedShares } from './paired-shares.ts';
import { studentCdf, studentQuantile } from './student.ts';

const resamples = 4_999;
/** Up to this many clusters that changed, all ways to flip their signs are tried. */
const exactFlips = 12;
/** Above this, a p decides nothing, and no flips are spent on it. */
const undecided = 0.1;

/** The summed differences of the pairs that share a haystack or an item, and their number. */
interface Cluster {
  readonly sum: number;
  readonly size: number;
}

/**
 * What pairs in clusters, or graded ones, say of candidate − base: `differences[cluster]` holds those of one cluster. Whole clusters
 * are resampled (Field and Welsh, "Bootstrapping clustered data", Journal of the Royal Statistical Society B 69, 2007); since
 * that is too sure of itself with few clusters, a bound is never inside Student's on the cluster sums. A loss or a
 * gain is also put to a randomisation test that flips the signs of whole clusters (Fisher, The Design of Experiments, 1935), which
 * is McNemar's where each cluster is one pass or fail. The largest p stands.
 */
export function pairedClusters(
  differences: readonly (readonly number[])[],
  random: () => Random,
): PairedEvidence {
  const clusters = differences.map((values) => ({
    sum: values.reduce((sum, value) => sum + value, 0),
    size: values.length,
  }));
  const pairs = clusters.reduce((sum, { size }) => sum + size, 0);
  const mean = clusters.reduce((sum, cluster) => sum + cluster.sum, 0) / pairs;
  const count = clusters.length;
  if (clusters.every(({ sum }) => Math.abs(sum) < 1e-12)) {
    // Nothing changed: all that can be said is how rare a change is, as if each cluster were one pair.
    return { ...pairedShares({ losses: 0, gains: 0, n: count }), test: 'clusters' };
  }
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.sum - mean * cluster.size) ** 2, 0);
  // The error of a ratio of sums, with the correction for few clusters.
  const error = count < 2 ? Number.POSITIVE_INFINITY : Math.sqrt((squares * count) / (count - 1)) / pairs;
  let drawn: readonly number[] | null = null;
  const means = (): readonly number[] => {
    drawn ??= resampledMeans(clusters, random());
    return drawn;
  };
  const upper = (confidence: number): number => {
    if (count < 2) return 1;
    const student = mean + studentQuantile(confidence, count - 1) * error;
    return Math.min(1, Math.max(student, rankOf(means(), confidence)));
  };
  const lower = (confidence: number): number => {
    if (count < 2) return -1;
    const student = mean - studentQuantile(confidence, count - 1) * error;
    return Math.max(-1, Math.min(student, rankOf(means(), 1 - confidence)));
  };
  const p = (tolerance: number, sign: 1 | -1): number => {
    if (count < 2) return 1;
    const over = sign * mean - tolerance;
    const student = error === 0 ? (over > 0 ? 0 : 1) : studentCdf(-over / error, count - 1);
    if (student > undecided) return student;
    const beyond = means().filter((value) => sign * value <= tolerance).length;
    const bootstrap = Math.max(student, (1 + beyond) / (1 + resamples));
    if (bootstrap > undecided) return bootstrap;
    const sums = clusters.map(({ sum, size }) => sign * sum - tolerance * size);
    return Math.max(bootstrap, flipP(sums, random));
  };
  return {
    mean,
    test: 'clusters',
    clusters: count,
    variance: Math.max(error * error * pairs, 1 / (pairs + 1)),
    noise: Math.max(error * error * pairs, 1 / (pairs + 1)),
    upper,
    lower,
    lossP: (tolerance) => p(tolerance, -1),
    gainP: (tolerance) => p(tolerance, 1),
  };
}

/** Means of as many clusters drawn with replacement, ascending. */
function resampledMeans(clusters: readonly Cluster[], random: Random): number[] {
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < clusters.length; i++) {
      const cluster = clusters[random.below(clusters.length)] as Cluster;
      sum += cluster.sum;
      size += cluster.size;
    }
    return sum / size;
  });
  return means.sort((a, b) => a - b);
}

/** The value that a share of the sorted draws does not exceed, on the cautious side of its rank. */
function rankOf(sorted: readonly number[], share: number): number {
  const rank = share >= 0.5 ? Math.ceil(share * (resamples + 1)) : Math.floor(share * (resamples + 1));
  return sorted[Math.min(resamples, Math.max(1, rank)) - 1] as number;
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
