import type { Cell } from '../core/cell.ts';
import type { Result } from '../core/result.ts';
import type { Execution, RunEvent } from './job.ts';
import { keptCalls, seenCall } from './speed-calls.ts';
import { paceMs } from './speed-estimate.ts';
import {
  type Expectation,
  expectFrom,
  type Place,
  type RunningCell,
  type SettledCell,
  type Shown,
} from './speed-expect.ts';
import { timeToFinish } from './speed-schedule.ts';

/** Tells how long a run has still to go, from its events. */
export interface SpeedWatch {
  /** `nowMs` from a clock that never goes back. */
  onEvent(event: RunEvent, nowMs: number): void;
  /** Milliseconds until the last cell is settled; null while too little has been seen to say. */
  leftMs(nowMs: number): number | null;
}

type Limits = Pick<Execution, 'requestsPerMinute' | 'tokensPerMinute'>;

/** Settled cells that tell how far the fit is off just now, how uneven calls are and how much waiting there is. */
const recentCells = 64;

/** Before so many cells have been settled nothing is said. */
const leastSettled = 3;

/** Models that share their calls at a time. */
interface Pool {
  waiting: Place[];
  /** By the cell's place. */
  readonly running: Map<string, RunningCell>;
  /** Calls at a time, as they were when the last cell was taken. */
  slots: number;
  readonly startedMs: number;
  /** Taken so far. */
  readonly taken: { requests: number; tokens: number };
}

/**
 * A watch that starts with the run. Cells differ a thousandfold in length: the time of each that is left is told by its length (see
 * `fitSpeed`), and all are dealt to the slots in effect (see `timeToFinish`). What was waited and tried again so far is expected of the
 * rest; the limits a minute bound the end from below, since their first minute goes out at once and tells nothing of the next.
 */
export function watchSpeed(limits: Limits): SpeedWatch {
  const pools: Pool[] = [];
  const poolOf = new Map<string, Pool>();
  const shown = new Map<string, Shown>();
  let recent: readonly SettledCell[] = [];
  let settled = 0;

  const onStarted = (event: RunEvent & { readonly type: 'started' }, nowMs: number): void => {
    for (const { model, endpoint, contextLengths } of event.toAsk) {
      const pool = pools[endpoint] ?? emptyPool(nowMs);
      pools[endpoint] = pool;
      poolOf.set(model, pool);
      for (const contextLength of contextLengths) pool.waiting.push({ model, contextLength });
    }
  };

  const onTaken = (cell: Cell, nowMs: number): void => {
    const pool = poolOf.get(cell.model);
    if (pool === undefined) return;
    const { model, contextLength } = cell;
    const at = pool.waiting.findIndex((each) => each.model === model && each.contextLength === contextLength);
    if (at >= 0) pool.waiting.splice(at, 1);
    pool.running.set(placeOf(cell), {
      model,
      contextLength,
      takenMs: nowMs,
      firstSentMs: null,
      lastSentMs: null,
      dueMs: null,
    });
    pool.slots = pool.running.size;
    pool.taken.requests++;
    pool.taken.tokens += contextLength;
  };

  const runningAt = (cell: Cell): RunningCell | undefined =>
    poolOf.get(cell.model)?.running.get(placeOf(cell));

  const onWaiting = (cell: Cell, dueMs: number): void => {
    const running = runningAt(cell);
    if (running !== undefined) running.dueMs = dueMs;
  };

  const onRequest = (cell: Cell, nowMs: number): void => {
    const running = runningAt(cell);
    if (running === undefined) return;
    running.firstSentMs ??= nowMs;
    running.lastSentMs = nowMs;
  };

  const onResult = (result: Result, nowMs: number): void => {
    const { model, contextLength } = result.cell;
    const cell = runningAt(result.cell);
    if (cell === undefined) return;
    poolOf.get(model)?.running.delete(placeOf(result.cell));
    settled++;
    const workMs = nowMs - (cell.firstSentMs ?? cell.takenMs);
    const waitMs = nowMs - workMs - cell.takenMs;
    const callMs = nowMs - (cell.lastSentMs ?? cell.takenMs);
    const own = shown.get(model) ?? { calls: [], refused: null };
    shown.set(model, own);
    const call = seenCall(result, callMs);
    if (call !== null) {
      own.calls.push(call);
      if (own.calls.length > keptCalls) own.calls.shift();
    } else if (result.reason === 'overflow') {
      const shortest = Math.min(contextLength, own.refused?.contextLength ?? contextLength);
      own.refused = { contextLength: shortest, ms: workMs };
      return;
    }
    recent = [...recent, { model, contextLength, waitMs, workMs, callMs }].slice(-recentCells);
  };

  const onStopping = (model: string | undefined): void => {
    for (const pool of pools) {
      pool.waiting = model === undefined ? [] : pool.waiting.filter((cell) => cell.model !== model);
    }
  };

  return {
    onEvent: (event, nowMs) => {
      if (event.type === 'started') onStarted(event, nowMs);
      else if (event.type === 'taken') onTaken(event.cell, nowMs);
      else if (event.type === 'waiting') onWaiting(event.cell, nowMs + event.waitMs);
      else if (event.type === 'request') onRequest(event.cell, nowMs);
      else if (event.type === 'result') onResult(event.result, nowMs);
      else if (event.type === 'stopping') onStopping(event.model);
    },
    leftMs: (nowMs) => {
      if (settled < leastSettled) return null;
      const running = pools.flatMap((pool) => [...pool.running.values()]);
      const expectation = expectFrom({ shown, recent, running, nowMs });
      const ends = pools.map((pool) => {
        const end = endOf(pool, expectation, nowMs);
        return pool.waiting.length === 0 ? end : Math.max(end, pacedLeft(pool, limits, nowMs));
      });
      const left = Math.max(0, ...ends);
      return Number.isFinite(left) ? left : null;
    },
  };
}

function endOf(pool: Pool, { callMs, waitMs, offs }: Expectation, nowMs: number): number {
  return timeToFinish({
    running: [...pool.running.values()].map((cell) => {
      const { firstSentMs, dueMs, takenMs } = cell;
      if (firstSentMs !== null) return { expectedMs: callMs(cell), elapsedMs: nowMs - firstSentMs };
      const wait = dueMs === null ? waitMs : dueMs - takenMs;
      return { expectedMs: callMs(cell) + wait, elapsedMs: nowMs - takenMs };
    }),
    waiting: pool.waiting.map((cell) => callMs(cell) + waitMs),
    slots: pool.slots,
    offs,
  });
}

function pacedLeft(pool: Pool, limits: Limits, nowMs: number): number {
  const calls = {
    requests: pool.taken.requests + pool.waiting.length,
    tokens: pool.waiting.reduce((sum, { contextLength }) => sum + contextLength, pool.taken.tokens),
  };
  return paceMs(calls, limits) - (nowMs - pool.startedMs);
}

function emptyPool(startedMs: number): Pool {
  return { waiting: [], running: new Map(), slots: 1, startedMs, taken: { requests: 0, tokens: 0 } };
}

function placeOf({ model, task, contextLength, depth, trial }: Cell): string {
  return `${model}\n${task}\n${contextLength}\n${depth}\n${trial}`;
}
