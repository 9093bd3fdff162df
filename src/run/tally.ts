import type { Outcome, Result } from '../core/result.ts';
import type { ModelJob, RunSummary } from './job.ts';

/** Counts what a run comes to. */
export interface Tally {
  /** Planned cells that had a finished row before. */
  readonly skipped: number;
  add(result: Result): void;
  /** Outcomes over all planned cells, rows from before included; tokens and cost of this command's calls only. */
  summarise(ended: RunSummary['ended'], elapsedMs: number): RunSummary;
}

/** Whether a row settles its cell: failed ones are asked again. */
export function isFinished(row: Result | undefined): boolean {
  return row !== undefined && row.outcome !== 'failed';
}

/** A tally over the planned cells, starting from the rows that exist. */
export function createTally(jobs: readonly ModelJob[], existing: ReadonlyMap<string, Result>): Tally {
  const keys = jobs.flatMap((job) => job.cells.map((cell) => cell.key));
  const outcomeOf = new Map<string, Outcome>();
  for (const key of keys) {
    const row = existing.get(key);
    if (row !== undefined) outcomeOf.set(key, row.outcome);
  }
  const skipped = keys.filter((key) => isFinished(existing.get(key))).length;
  let promptTokens = 0;
  let completionTokens = 0;
  let costUsd = 0;
  const priced = jobs.some((job) => job.priceUsd !== null);
  return {
    skipped,
    add: (result) => {
      outcomeOf.set(result.key, result.outcome);
      costUsd += result.costUsd ?? 0;
      if (result.completion === null) return;
      promptTokens += result.completion.usage.promptTokens ?? result.sample.promptTokens;
      completionTokens += result.completion.usage.completionTokens ?? 0;
    },
    summarise: (ended, elapsedMs) => {
      const count = (outcome: Outcome): number =>
        [...outcomeOf.values()].filter((found) => found === outcome).length;
      return {
        planned: keys.length,
        skipped,
        scored: count('scored'),
        unscored: count('unscored'),
        failed: count('failed'),
        missing: keys.length - outcomeOf.size,
        promptTokens,
        completionTokens,
        costUsd: priced ? costUsd : null,
        elapsedMs,
        ended,
      };
    },
  };
}
