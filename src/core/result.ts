import type { Cell } from './cell.ts';
import type { Completion } from './completion.ts';
import type { Sample } from './sample.ts';
import type { Flag, Score } from './score.ts';

export const outcomes = ['scored', 'unscored', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a cell was not scored although the endpoint answered. */
export const unscoredReasons = ['truncated', 'overflow', 'filtered', 'no_answer', 'unreadable'] as const;
export type UnscoredReason = (typeof unscoredReasons)[number];

/** What went wrong with the last attempt of a failed cell. */
export interface FailureRecord {
  /** `http_429`, `http_500`, `network`, `timeout`, `bad_response`, `stream_cut`, … */
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
}

/** One finished cell: one line of results.jsonl. Format version 1. */
export interface Result {
  readonly v: 1;
  /** SHA-256 of all that shapes prompt and call; unique in a run. */
  readonly key: string;
  /** SHA-256 of task, version, length, depth, trial and prompt: no model, no endpoint; pairs runs. */
  readonly promptKey: string;
  readonly cell: Cell;
  readonly sample: Sample;
  readonly outcome: Outcome;
  /** An `UnscoredReason`, or the failure's code, or null for scored rows. */
  readonly reason: string | null;
  readonly flags: readonly Flag[];
  readonly score: Score | null;
  readonly completion: Completion | null;
  readonly error: FailureRecord | null;
  readonly attempts: number;
  readonly costUsd: number | null;
  readonly startedAt: string;
  readonly finishedAt: string;
}
