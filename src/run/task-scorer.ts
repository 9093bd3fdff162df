import type { ResolvedTask } from '../config/resolved.ts';
import type { Scorer } from '../core/score.ts';
import { type ScorerName, scorers } from '../scorers/scorers.ts';
import { tasks } from '../tasks/tasks.ts';

/** The scorer of the task that rows call `id`; throws `RangeError` where the run has no such task. */
export function taskScorer(
  of: readonly Pick<ResolvedTask, 'id' | 'name'>[],
  id: string,
): { readonly name: ScorerName; readonly scorer: Scorer } {
  const task = of.find((candidate) => candidate.id === id);
  if (task === undefined) throw new RangeError(`no task ${id}`);
  const name: ScorerName = tasks[task.name].scorer;
  return { name, scorer: scorers[name] };
}
