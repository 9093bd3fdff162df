import type { Result } from '../core/result.ts';
import { designEffect, pooledIcc } from './design-effect.ts';
import type { Estimate } from './panel.ts';
import { wilson } from './wilson.ts';

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

/**
 * The mean with its two-sided 95 % Wilson interval on the number of observations divided by their design effect; null
 * where there are none.
 */
export function estimate(observations: readonly Observation[], icc: number): Estimate | null {
  const n = observations.length;
  if (n === 0) return null;
  const mean = observations.reduce((sum, { value }) => sum + value, 0) / n;
  const sizes = [...clustersOf(observations).values()].map((cluster) => cluster.length);
  const effectiveN = n / designEffect(sizes, icc);
  return { n, effectiveN, mean, ...wilson(mean * effectiveN, effectiveN, 0.95, 2) };
}

/** The bounds that each hold with 95 % confidence by themselves. */
export function oneSidedBounds({ mean, effectiveN }: Estimate): { lower: number; upper: number } {
  return wilson(mean * effectiveN, effectiveN, 0.95, 1);
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
