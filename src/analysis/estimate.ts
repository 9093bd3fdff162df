import { randomStream } from '../core/random.ts';
import type { Result } from '../core/result.ts';
import { clusteredMean } from './clustered-mean.ts';
import { designEffect, pooledIcc } from './design-effect.ts';
import { exactBounds } from './exact-bounds.ts';
import type { Estimate } from './panel.ts';
import { type Interval, wilson } from './wilson.ts';

/** A scored cell's value and the name of the haystack or item it shares with others. */
export interface Observation {
  /** 0 to 1. */
  readonly value: number;
  readonly cluster: string;
}

/** The scored rows among `rows` as observations; other outcomes are left out. `clusters` names each row's by its key. */
export function observationsOf(
  rows: readonly Result[],
  clusters: ReadonlyMap<string, string>,
): Observation[] {
  return rows.flatMap(({ key, outcome, score }) =>
    outcome === 'scored' && score !== null ? [{ value: score.value, cluster: clusters.get(key) ?? key }] : [],
  );
}

/** How alike the cells of one haystack are, from 0 to 1, pooled over `lengths`: one list of observations a length. */
export function iccOf(lengths: readonly (readonly Observation[])[]): number {
  return pooledIcc(lengths.map((observations) => [...clustersOf(observations).values()]));
}

/** Fewer clusters than this are no sample to draw from again. */
const leastClusters = 10;
const resamples = 999;

/**
 * The mean with its two-sided 95 % interval; null where there are no observations. Of passes and fails Wilson's, on their number
 * divided by the design effect; of graded scores a bootstrap of whole clusters, drawn from one seeded stream, so that equal scores
 * give equal intervals. Graded scores in under 10 clusters, or without any spread, get Wilson's too: it is the wider one.
 */
export function estimate(observations: readonly Observation[], icc: number): Estimate | null {
  const n = observations.length;
  if (n === 0) return null;
  const mean = observations.reduce((sum, { value }) => sum + value, 0) / n;
  const clusters = [...clustersOf(observations).values()];
  const effectiveN =
    n /
    designEffect(
      clusters.map((cluster) => cluster.length),
      icc,
    );
  const graded = observations.some(({ value }) => value !== 0 && value !== 1);
  if (graded && clusters.length >= leastClusters) {
    const { error, lower, upper } = clusteredMean(clusters, {
      random: () => randomStream(0, 'estimate'),
      resamples,
    });
    if (error > 1e-9) {
      return { n, effectiveN, mean, lower: Math.max(0, lower(0.975)), upper: Math.min(1, upper(0.975)) };
    }
  }
  return { n, effectiveN, mean, ...wilson(mean * effectiveN, effectiveN, 0.95, 2) };
}

/** The bounds that each hold with at least 95 % confidence by themselves. */
export function oneSidedBounds({ mean, effectiveN }: Estimate): Interval {
  return exactBounds(mean * effectiveN, effectiveN, 0.95);
}

function clustersOf(observations: readonly Observation[]): Map<string, number[]> {
  const clusters = new Map<string, number[]>();
  for (const { value, cluster } of observations) {
    const values = clusters.get(cluster);
    if (values === undefined) clusters.set(cluster, [value]);
    else values.push(value);
  }
  return clusters;
}
