import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Cell } from '../core/cell.ts';
import type { RunFolder } from '../results/writer.ts';
import { canaryWatch } from './ask-canary.ts';
import { askCell } from './ask-cell.ts';
import type { AskContext } from './ask-patiently.ts';
import { type BudgetGuard, createBudgetGuard, mostOf, spendingOf, spentBefore } from './budget-guard.ts';
import { createAhead } from './build-ahead.ts';
import { type Ending, watchEnding } from './ending.ts';
import { createPools } from './endpoint-pools.ts';
import type { Budget, Execution, ModelJob, RunEvent, RunSummary } from './job.ts';
import { byEndpoint, createLanes, type ModelCells, type Turn } from './lanes.ts';
import { createModelState } from './model-state.ts';
import { checkKeys, startedEvent, unguarded } from './run-start.ts';
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
  const { jobs, execution, budget, folder, stop, abort } = options;
  const now = options.now ?? Date.now;
  // Not `now`: a clock that is set back must not shorten a run.
  const startedMs = performance.now();
  checkKeys(jobs);
  const rows = [...folder.existing.values()];
  const tally = createTally(jobs, folder.existing);
  const guard = createBudgetGuard(budget, spentBefore(rows, jobs));
  const onEvent = (event: RunEvent): void => {
    tally.onEvent(event);
    if (event.type === 'error' && event.mayBeBilled) guard.addUnknown(attemptOf(event.cell, jobs));
    options.onEvent(event);
  };
  const ending = watchEnding({ stop, abort, minutes: budget.minutes, onEvent });
  // A listener for each call in flight is no leak.
  setMaxListeners(0, ending.halt, stop, abort);
  const models: ModelCells[] = [];
  try {
    const poolOf = createPools(execution);
    for (const job of jobs) {
      const state = createModelState(job, execution, {
        halt: ending.halt,
        pool: poolOf(job),
        emit: onEvent,
      });
      setMaxListeners(0, state.halt);
      models.push({ state, cells: job.cells.filter((cell) => !isFinished(folder.existing.get(cell.key))) });
    }
    const started = startedEvent(models, { done: tally.skipped, rows, execution });
    onEvent(started);
    for (const message of unguarded(models, budget)) onEvent({ type: 'warning', message });
    const context: AskContext = { execution, seed: options.seed, abort, emit: onEvent, now };
    const asked = await askAll(models, { ...options, onEvent, context, ending, tally, guard });
    const ended = ending.result(started.cells - started.done - asked);
    const elapsedMs = Math.round(performance.now() - startedMs);
    const summary = tally.summarise({ ended, elapsedMs, estimate: started.estimate });
    onEvent({ type: 'finished', summary });
    return summary;
  } finally {
    ending.close();
    await Promise.all(models.map(({ state }) => state.client.close()));
  }
}

interface Asking extends Pick<ExecuteOptions, 'execution' | 'folder' | 'onEvent'> {
  readonly context: AskContext;
  readonly ending: Ending;
  readonly tally: Tally;
  readonly guard: BudgetGuard;
}

/** Asks cells until none is left or the run ends; returns how many got a row. */
async function askAll(models: readonly ModelCells[], asking: Asking): Promise<number> {
  const { execution, folder, ending, tally, guard, onEvent } = asking;
  for (const { state } of models) {
    state.cuts = canaryWatch(state, { context: asking.context, guard, onSpent: tally.addCanary });
  }
  let asked = 0;
  const ask = async ({ state, planned }: Turn): Promise<void> => {
    if (state.halt.aborted) return;
    const { key, cell, promptTokens } = planned;
    const most = mostOf(promptTokens, state.job);
    const full = await guard.reserveWhenFree(most, state.halt);
    if (full !== null) return state.halt.aborted ? undefined : ending.onBudget(full);
    onEvent({ type: 'taken', key, cell, promptTokens });
    const settled = await askCell(state, planned, asking.context);
    if (state.alone === 'running') state.alone = 'needed';
    if (settled === null) return guard.settle(most, { promptTokens: 0, cost: 0 });
    const { result } = settled;
    folder.append(result);
    guard.settle(most, spendingOf(result, most));
    asked++;
    tally.add(result);
    onEvent({ type: 'result', result });
    if (settled.fatal !== null) ending.onFatal(state, settled.fatal);
  };
  // With one call at a time there is one for the whole run, so that rows stand in the order of the calls; otherwise no endpoint
  // waits for another.
  const { concurrency } = execution;
  const groups = concurrency === 1 ? [models] : [...byEndpoint(models).values()];
  await Promise.all(groups.map((group) => askGroup(group, { concurrency, ending, ask })));
  return asked;
}

/** The longest that cells are begun, or laid out, in one turn of the event loop: answers wait meanwhile. */
const longestTurnMs = 2;

/**
 * Deals the cells of models that share their slots; a slot is free again when its cell's row is written. How many of the cells under
 * way may call at once is the pool's matter: one that waits to be asked again keeps no other from being asked.
 */
async function askGroup(
  models: readonly ModelCells[],
  {
    concurrency,
    ending,
    ask,
  }: {
    readonly concurrency: number;
    readonly ending: Ending;
    readonly ask: (turn: Turn) => Promise<void>;
  },
): Promise<void> {
  const queue = new PQueue({ concurrency });
  const lanes = createLanes(models);
  const ahead = createAhead(longestTurnMs);
  let yieldedMs = performance.now();
  while (!ending.halt.aborted) {
    if (queue.size > 0) {
      await queue.onSizeLessThan(1);
      continue;
    }
    const turn = lanes.next();
    if (turn === null) break;
    ahead.start(lanes.upcoming(concurrency));
    if (turn === 'blocked') {
      await new Promise<void>((resolve) => queue.once('next', resolve));
      continue;
    }
    const planned = { ...turn.planned, build: () => ahead.take(turn) };
    void queue.add(() => ask({ ...turn, planned }).catch(ending.onCrash));
    // Where many slots are free, what was begun goes out before more is begun.
    if (queue.size > 0 || performance.now() - yieldedMs < longestTurnMs) continue;
    await setImmediate();
    yieldedMs = performance.now();
  }
  await queue.onIdle();
}

/** The most that one attempt at a cell can have used up. */
function attemptOf(cell: Cell, jobs: readonly ModelJob[]): ReturnType<typeof mostOf> {
  const job = jobs.find(({ name }) => name === cell.model);
  const { maxTokens, priceUsd } = job ?? { maxTokens: 0, priceUsd: null };
  return mostOf(Math.max(0, cell.contextLength - maxTokens), { maxTokens, priceUsd });
}
