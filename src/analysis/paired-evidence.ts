import type { PairedTest } from './comparison.ts';

/** What the pairs of one stratum say of the difference candidate − base, from −1 to 1. */
export interface PairedEvidence {
  readonly mean: number;
  readonly test: PairedTest;
  readonly clusters: number;
  /** Of one pair's difference, clusters respected: variance ÷ pairs is the squared standard error of the mean. Never 0. */
  readonly variance: number;
  /** The same, were there no drift between the runs: what their noise alone does. */
  readonly noise: number;
  /** Bounds that each hold with `confidence` (0.5 to 1) by themselves. */
  upper(confidence: number): number;
  lower(confidence: number): number;
  /** Chance of a mean as low as this if the true one were −tolerance, and of one as high if it were tolerance. */
  lossP(tolerance: number): number;
  gainP(tolerance: number): number;
}
