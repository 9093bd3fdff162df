/**
 * `regression`: the upper bound of (candidate − base) lies under −tolerance. `improved`: its lower bound lies over
 * tolerance. `same`: both bounds lie within tolerance. `inconclusive`: the pairs allow none of these. `incomplete`: too few
 * of the pairs that both runs planned could be compared, and what could shows no regression.
 */
export type ComparisonVerdict = 'regression' | 'improved' | 'same' | 'inconclusive' | 'incomplete';

/** `mcnemar`: exact, for pass/fail cells on texts of their own; `clusters`: bootstrap and sign flips of whole clusters. */
export type PairedTest = 'mcnemar' | 'clusters';

/** The pairs of one model on one task, at one context length or at all of them. */
export interface Stratum {
  /** Unique in a comparison: base model, candidate model, task, length. */
  readonly id: string;
  /** The labels of the two models; they differ where runs of two models are compared. */
  readonly baseModel: string;
  readonly candidateModel: string;
  readonly task: string;
  /** In tokens; null = all lengths of the task together. */
  readonly contextLength: number | null;
  /** Cells that both runs planned. */
  readonly planned: number;
  /** Pairs compared: at least one side scored, none failed. An unscored side counts 0. */
  readonly pairs: number;
  /** Pairs in which the candidate scored less, and more. */
  readonly losses: number;
  readonly gains: number;
  /** Planned cells that are in no pair: failed on a side, without a row or a common prompt, unscored on both sides. */
  readonly leftOut: { readonly failed: number; readonly missing: number; readonly unscored: number };
  /** Mean scores over the pairs, 0 to 1; null without pairs. */
  readonly base: number | null;
  readonly candidate: number | null;
  /** candidate − base, each bound with 95 % confidence by itself; null without pairs. */
  readonly difference: { readonly mean: number; readonly lower: number; readonly upper: number } | null;
  readonly test: PairedTest;
  /** Groups of pairs that share a haystack or an item; as many as pairs where none do. */
  readonly clusters: number;
  /** Chance of a loss as large as this were there none; and the same after Holm's correction over all strata. */
  readonly p: number;
  readonly pAdjusted: number;
  readonly verdict: ComparisonVerdict;
  /** The smallest drop (a positive share) beyond tolerance found with 80 % chance by these pairs; null without pairs. */
  readonly minimumDetectable: number | null;
  /** Trials a cell to add so that a difference as seen settles it with 80 % chance; null where settled, or no number would. */
  readonly moreTrials: number | null;
}

/** One side of a comparison. */
export interface ComparedRun {
  readonly run: string;
  readonly dir: string;
  readonly startedAt: string;
  /** Rows of the compared models without a partner on the other side. */
  readonly unpaired: number;
}

/** A stratum asked again with fresh trials, and what came of it. */
export interface ConfirmedStratum {
  readonly id: string;
  /** Fresh trials that were answered (an unscored one counts 0), and those that failed or were not asked. */
  readonly asked: number;
  readonly failed: number;
  /** Mean score of the fresh trials, and their difference from the base's mean with its upper bound (99 %, Holm). */
  readonly candidate: number | null;
  readonly difference: number | null;
  readonly upper: number | null;
  readonly confirmed: boolean;
}

/** Two runs compared: the one object that text, JSON, JUnit and the exit code are made from. */
export interface Comparison {
  readonly v: 1;
  readonly base: ComparedRun;
  readonly candidate: ComparedRun;
  /** Drops up to this (0 to 1) are accepted. */
  readonly tolerance: number;
  /** The worst of the strata: regression, then incomplete, inconclusive, improved, same. */
  readonly verdict: ComparisonVerdict;
  readonly pairs: number;
  /** By model and task: all lengths first (left out where there is one length), then each length, ascending. */
  readonly strata: readonly Stratum[];
  /** null where nothing was asked again. A regression that was not confirmed leaves the verdict `inconclusive`. */
  readonly confirmation: readonly ConfirmedStratum[] | null;
}
