import type { Random } from '../core/random.ts';
import { studentQuantile } from './student.ts';

/** The mean of values in clusters, and how sure it is. */
export interface ClusteredMean {
  readonly mean: number;
  /** Standard error, clusters respected; Infinity with fewer than two. */
  readonly error: number;
  /** Means of as many clusters drawn with replacement, ascending. */
  resampled(): readonly number[];
  /** Bounds that each hold with `confidence` (0.5 to 1) by themselves; infinite with fewer than two clusters. */
  upper(confidence: number): number;
  lower(confidence: number): number;
}

/**
 * The mean over all values of `clusters`, one list each, with bounds by resampling whole clusters (Field and Welsh, "Bootstrapping
 * clustered data", Journal of the Royal Statistical Society B 69, 2007). Since percentiles are too sure of themselves with few clusters, a
 * bound is never inside Student's on the cluster sums. `random` gives the stream that is drawn from.
 */
export function clusteredMean(
  clusters: readonly (readonly number[])[],
  { random, resamples }: { readonly random: () => Random; readonly resamples: number },
): ClusteredMean {
  const sums = clusters.map((values) => values.reduce((sum, value) => sum + value, 0));
  const sizes = clusters.map((values) => values.length);
  const count = clusters.length;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const mean = sums.reduce((sum, value) => sum + value, 0) / total;
  const squares = sums.reduce((sum, value, index) => sum + (value - mean * (sizes[index] as number)) ** 2, 0);
  // The error of a ratio of sums, with the correction for few clusters.
  const error = count < 2 ? Number.POSITIVE_INFINITY : Math.sqrt((squares * count) / (count - 1)) / total;
  let drawn: readonly number[] | null = null;
  const resampled = (): readonly number[] => {
    drawn ??= draw({ sums, sizes, resamples }, random());
    return drawn;
  };
  const student = (confidence: number): number =>
    count < 2 ? error : error * studentQuantile(confidence, count - 1);
  // The cautious side of a percentile's rank.
  const ranked = (rank: number): number => resampled()[Math.min(resamples, Math.max(1, rank)) - 1] as number;
  return {
    mean,
    error,
    resampled,
    upper: (confidence) =>
      Math.max(mean + student(confidence), ranked(Math.ceil(confidence * (resamples + 1)))),
    lower: (confidence) =>
      Math.min(mean - student(confidence), ranked(Math.floor((1 - confidence) * (resamples + 1)))),
  };
}

function draw(
  from: { readonly sums: readonly number[]; readonly sizes: readonly number[]; readonly resamples: number },
  random: Random,
): number[] {
  const { sums, sizes, resamples } = from;
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < sums.length; i++) {
      const index = random.below(sums.length);
      sum += sums[index] as number;
      size += sizes[index] as number;
    }
    return sum / size;
  });
  return means.sort((a, b) => a - b);
}
