import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import type { Result } from '../core/result.ts';
import type { RunFolder } from '../results/writer.ts';
import { type AskContext, askCell } from './ask-cell.ts';
import { createBudgetGuard, type Spending } from './budget-guard.ts';
import { highestCost } from './cost.ts';
import { type Ending, watchEnding } from './ending.ts';
import type { Budget, Execution, ModelJob, RunEvent, RunSummary } from './job.ts';
import { createLanes, type ModelCells, type Turn } from './lanes.ts';
import { createModelState } from './model-state.ts';
import { createPacer } from './pacer.ts';
import { createTally, isFinished, type Tally } from './tally.ts';

export interface ExecuteOptions {
  readonly jobs: readonly ModelJob[];
  readonly execution: Execution;
  readonly budget: Budget;
  /** Open, and closed by the caller. */
  readonly folder: Pick<RunFolder, 'existing' | 'append'>;
  /** For the spread of waits. */
  readonly seed: number;
  readonly onEvent: (event: RunEvent) => void;
  /** The first Ctrl-C: no new calls, running ones end. */
  readonly stop: AbortSignal;
  /** The second: running calls are broken off. */
  readonly abort: AbortSignal;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Asks every planned cell that has no finished row yet and appends its row before its slot takes the next cell. Resolves with the
 * summary whatever the endpoints do; rejects only where a prompt cannot be built or a row cannot be written.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunSummary> {
  const { jobs, execution, budget, folder, onEvent, stop, abort } = options;
  const now = options.now ?? Date.now;
  const startedMs = now();
  checkKeys(jobs);
  const tally = createTally(jobs, folder.existing);
  const ending = watchEnding({ stop, abort, minutes: budget.minutes, onEvent });
  // A listener for each call in flight is no leak.
  setMaxListeners(0, ending.halt, stop, abort);
  const onAdapt = (message: string): void => onEvent({ type: 'warning', message });
  const models: ModelCells[] = [];
  try {
    for (const job of jobs) {
      const state = createModelState(job, execution, { halt: ending.halt, onAdapt });
      setMaxListeners(0, state.halt);
      models.push({ state, cells: job.cells.filter((cell) => !isFinished(folder.existing.get(cell.key))) });
    }
    const left = models.flatMap(({ cells }) => cells);
    onEvent({
      type: 'started',
      cells: left.length + tally.skipped,
      done: tally.skipped,
      promptTokens: left.reduce((sum, cell) => sum + cell.promptTokens, 0),
      highestCostUsd: highestRunCost(models),
    });
    for (const message of unguarded(jobs, budget)) onEvent({ type: 'warning', message });
    const context: AskContext = {
      execution,
      seed: options.seed,
      pacer: createPacer(execution, now),
      abort,
      emit: onEvent,
      now,
    };
    const asked = await askAll(models, { ...options, context, ending, tally });
    const summary = tally.summarise(ending.result(left.length - asked), now() - startedMs);
    onEvent({ type: 'finished', summary });
    return summary;
  } finally {
    ending.close();
    await Promise.all(models.map(({ state }) => state.client.close()));
  }
}

interface Asking extends Pick<ExecuteOptions, 'execution' | 'budget' | 'folder' | 'onEvent'> {
  readonly context: AskContext;
  readonly ending: Ending;
  readonly tally: Tally;
}

/** Asks cells until none is left or the run ends; returns how many got a row. */
async function askAll(models: readonly ModelCells[], asking: Asking): Promise<number> {
  const { execution, folder, ending, tally } = asking;
  const guard = createBudgetGuard(asking.budget);
  let asked = 0;
  const ask = async ({ state, planned }: Turn): Promise<void> => {
    if (state.halt.aborted) return;
    const most: Spending = {
      promptTokens: planned.promptTokens,
      cost: highestCost(planned.promptTokens, state.job.maxTokens, state.job.priceUsd),
    };
    const full = guard.reserve(most);
    if (full !== null) return ending.onBudget(full);
    const settled = await askCell(state, planned, asking.context);
    if (state.alone === 'running') state.alone = 'needed';
    if (settled === null) return;
    const { result } = settled;
    await folder.append(result);
    guard.settle(most, spendingOf(result, most));
    asked++;
    tally.add(result);
    asking.onEvent({ type: 'result', result });
    if (settled.fatal !== null) ending.onFatal(state, settled.fatal);
  };

  const queue = new PQueue({ concurrency: execution.concurrency });
  const running = new Set<Promise<void>>();
  const lanes = createLanes(models);
  while (!ending.halt.aborted) {
    await queue.onSizeLessThan(1);
    if (ending.halt.aborted) break;
    const turn = lanes.next();
    if (turn === null) break;
    if (turn === 'blocked') {
      await Promise.race(running);
      continue;
    }
    const job: Promise<void> = queue
      .add(() => ask(turn))
      .catch(ending.onCrash)
      .finally(() => running.delete(job));
    running.add(job);
  }
  await Promise.all(running);
  return asked;
}

/** What an answered call used up; where the endpoint reports no usage, what was set aside stands. */
function spendingOf(result: Result, most: Spending): Spending {
  if (result.completion === null) return { promptTokens: 0, cost: 0 };
  return {
    promptTokens: result.completion.usage.promptTokens ?? most.promptTokens,
    cost: result.costUsd ?? most.cost,
  };
}

/** A key that stood twice would be asked twice and kept once. */
function checkKeys(jobs: readonly ModelJob[]): void {
  const seen = new Set<string>();
  for (const job of jobs) {
    for (const { key } of job.cells) {
      if (seen.has(key)) throw new RangeError(`${job.name}: the key ${key} is planned twice`);
      seen.add(key);
    }
  }
}

/** The most that the cells still to ask can cost in USD; null where one of the models has no price. */
function highestRunCost(models: readonly ModelCells[]): number | null {
  if (models.some(({ state }) => state.job.priceUsd === null)) return null;
  return models
    .flatMap(({ state: { job }, cells }) =>
      cells.map((cell) => highestCost(cell.promptTokens, job.maxTokens, job.priceUsd)),
    )
    .reduce((sum, cost) => sum + cost, 0);
}

function unguarded(jobs: readonly ModelJob[], budget: Budget): readonly string[] {
  if (budget.cost === null) return [];
  return jobs
    .filter((job) => job.priceUsd === null)
    .map((job) => `${job.name}: no price is known, so the cost budget does not hold for it`);
}
