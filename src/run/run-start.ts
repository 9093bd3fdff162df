import type { Result } from '../core/result.ts';
import { spentBefore, unheldByBudget } from './budget-guard.ts';
import { highestCost, priceOfJob } from './cost.ts';
import type { Budget, CellsToAsk, Execution, ModelJob, RunEvent } from './job.ts';
import type { ModelCells } from './lanes.ts';
import { estimateRun, type ModelLoad } from './run-estimate.ts';

/** What a run has before it; `done`: planned cells that have their row already, `rows`: all rows of its folder. */
export function startedEvent(
  models: readonly ModelCells[],
  before: { readonly done: number; readonly rows: readonly Result[]; readonly execution: Execution },
): RunEvent & { type: 'started' } {
  const { done, rows, execution } = before;
  let cells = done;
  let promptTokens = 0;
  for (const { cells: left } of models) {
    cells += left.length;
    for (const cell of left) promptTokens += cell.promptTokens;
  }
  return {
    type: 'started',
    cells,
    done,
    promptTokens,
    highestCostUsd: highestRunCost(models),
    toAsk: cellsToAsk(models, execution),
    estimate: estimateRun(loadsOf(models, execution), { execution, rows }),
    spent: spentBefore(
      rows,
      models.map(({ state }) => state.job),
    ),
  };
}

/** Throws where a key is planned twice: its cell would be asked twice and kept once. */
export function checkKeys(jobs: readonly ModelJob[]): void {
  const seen = new Set<string>();
  for (const job of jobs) {
    for (const { key } of job.cells) {
      if (seen.has(key)) throw new RangeError(`${job.name}: the key ${key} is planned twice`);
      seen.add(key);
    }
  }
}

/** What a budget does not hold for, a sentence each. */
export function unguarded(models: readonly ModelCells[], budget: Budget): readonly string[] {
  if (budget.cost === null) return [];
  return models
    .filter(({ cells, state }) => cells.length > 0 && state.job.priceUsd === null)
    .map(
      ({
        state: {
          job: { name, price },
        },
      }) => unheldByBudget(name, price?.currency ?? null),
    );
}

/** The cells still to ask by model, as whoever reckons the time left wants to know them. */
function cellsToAsk(models: readonly ModelCells[], execution: Execution): CellsToAsk[] {
  return loadsOf(models, execution).map(({ model, endpoint, cells }) => ({
    model,
    endpoint,
    contextLengths: cells.map(({ cell }) => cell.contextLength),
  }));
}

function loadsOf(models: readonly ModelCells[], { concurrency }: Execution): ModelLoad[] {
  const pools = [...new Set(models.map(({ state }) => state.pool))];
  return models.map(({ state: { job, pool }, cells }) => ({
    model: job.name,
    // With one call at a time there is one for the whole run.
    endpoint: concurrency === 1 ? 0 : pools.indexOf(pool),
    cells,
    maxTokens: job.maxTokens,
    price: priceOfJob(job),
    sharedText: job.sharedText ?? (() => null),
  }));
}

/** The most that the cells still to ask can cost in USD; null where one of the models has no price. */
function highestRunCost(models: readonly ModelCells[]): number | null {
  let sum = 0;
  for (const { state, cells } of models) {
    const { priceUsd, maxTokens } = state.job;
    if (priceUsd === null) return null;
    for (const cell of cells) sum += highestCost(cell.promptTokens, maxTokens, priceUsd);
  }
  return sum;
}
