import type { RunData } from '../results/run-data.ts';
import type { Comparison } from './comparison.ts';

export interface CompareOptions {
  /** Drops up to this share are accepted. @default 0 */
  readonly tolerance?: number;
  /** Compare these two models; by default models of one name, or the only one of each run. */
  readonly models?: { readonly base: string; readonly candidate: string };
}

/**
 * `candidate` against `base`, cell by cell on the same prompts. Throws `results_unusable` where the runs have no prompt in
 * common, `usage` where it is not clear which models to compare.
 */
export function compareRuns(base: RunData, candidate: RunData, options: CompareOptions = {}): Comparison {
  throw new Error(`not yet: ${base.dir}, ${candidate.dir}, ${options.tolerance}`);
}
