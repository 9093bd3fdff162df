import type { ResolvedConfig } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { canonicalJson } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { RunData } from '../results/run-data.ts';
import { resultOfCompletion } from './outcome.ts';
import { taskScorer } from './task-scorer.ts';

/** A row whose score, outcome or flags are others by today's rules. */
export interface RescoredRow {
  readonly before: Result;
  readonly after: Result;
}

/**
 * The rows of a run that today's scorers judge otherwise, from the stored answers alone. What the endpoint did (cut, refused,
 * filtered, failed) is no matter of scoring and stays. Throws `usage` for an import: its scores are someone else's.
 */
export function rescoreRun({ manifest, results }: RunData): readonly RescoredRow[] {
  if (manifest.imported !== null) {
    throw new NeedlescopeError(
      'usage',
      'expected a run with answers, got an import: its scores are published ones',
      {
        hint: `its source: ${manifest.imported.source}`,
      },
    );
  }
  // Written by `configForManifest` from a resolved config, and by nothing else.
  const { tasks } = manifest.config as unknown as Pick<ResolvedConfig, 'tasks'>;
  return results.flatMap((before) => {
    const after = rescored(before, tasks);
    return canonicalJson(after) === canonicalJson(before) ? [] : [{ before, after }];
  });
}

function rescored(row: Result, tasks: ResolvedConfig['tasks']): Result {
  const { completion, outcome, reason } = row;
  const judged = outcome === 'scored' || (outcome === 'unscored' && reason === 'no_answer');
  if (completion === null || !judged) return row;
  const { key, promptKey, cell, sample, attempts, startedAt, finishedAt } = row;
  const settled = resultOfCompletion(
    {
      job: {
        priceUsd: null,
        scorerOf: (id) => taskScorer(tasks, id),
        // Whether the server cut the prompt was settled when it answered.
        cutShare: () => Number.POSITIVE_INFINITY,
      },
      planned: { key, cell },
      prompt: { promptKey, sample },
      ...{ attempts, startedAt, finishedAt },
    },
    completion,
  );
  const { flags, score, error } = settled;
  return { ...row, outcome: settled.outcome, reason: settled.reason, flags, score, error };
}
