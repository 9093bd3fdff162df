import type { Speed } from './speed.ts';
import { type SeenCall, speedByLength } from './speed-calls.ts';
import { type Off, offOf } from './speed-schedule.ts';

export interface Place {
  readonly model: string;
  /** Of the cell, in tokens. */
  readonly contextLength: number;
}

/** A cell that a slot has taken. */
export interface RunningCell extends Place {
  readonly takenMs: number;
  /** When its first request went out, and its latest; null while it waits for its turn. */
  firstSentMs: number | null;
  lastSentMs: number | null;
  /** When it may go out, as limits had it; null where none held it back. */
  dueMs: number | null;
}

/** A cell that has its row. */
export interface SettledCell extends Place {
  /** From the slot's taking it to its first request. */
  readonly waitMs: number;
  /** From there to its row: failed attempts and the waits between them included. */
  readonly workMs: number;
  /** Of its last request. */
  readonly callMs: number;
}

/** What one model has shown. */
export interface Shown {
  readonly calls: SeenCall[];
  /** The shortest length that was refused, and how long refusing takes. */
  refused: { readonly contextLength: number; readonly ms: number } | null;
}

/** All that tells how long cells take. */
export interface Evidence {
  readonly shown: ReadonlyMap<string, Shown>;
  /** The newest. */
  readonly recent: readonly SettledCell[];
  readonly running: readonly RunningCell[];
  readonly nowMs: number;
}

/** What cells are expected to take, in milliseconds. */
export interface Expectation {
  /** A request that is answered at once. */
  callMs(cell: Place): number;
  /** How long a slot waits before it sends: limits, pauses that the endpoint asked for. */
  readonly waitMs: number;
  /** How the work on cells differed from such a request: noise, and what failed and was tried again. */
  readonly offs: readonly Off[];
}

/** A fit that is this many times off is no fit of these calls. */
const mostDrift = 10;

/** What to expect by the evidence. */
export function expectFrom({ shown, recent, running, nowMs }: Evidence): Expectation {
  const speedOf = (model: string): Speed | null => {
    const own = shown.get(model)?.calls ?? [];
    // A model that has not answered yet is taken to be like the others.
    const calls = own.length > 0 ? own : [...shown.values()].flatMap((each) => each.calls);
    return speedByLength(
      calls,
      running.flatMap(({ contextLength, lastSentMs, ...cell }) =>
        cell.model === model && lastSentMs !== null ? [{ contextLength, elapsedMs: nowMs - lastSentMs }] : [],
      ),
    );
  };
  const speeds = new Map<string, Speed | null>();
  const fitted = ({ model, contextLength }: Place): number => {
    const refused = shown.get(model)?.refused ?? null;
    if (refused !== null && contextLength >= refused.contextLength) return refused.ms;
    const speed = speeds.has(model) ? speeds.get(model) : speedOf(model);
    speeds.set(model, speed ?? null);
    return speed?.(contextLength) ?? Number.NaN;
  };
  // A server that slows down slows all cells alike.
  const expected = sumOf(recent.map(fitted));
  const drift = expected > 0 ? sumOf(recent.map((cell) => cell.callMs)) / expected : 1;
  const callMs = (cell: Place): number => fitted(cell) * Math.min(mostDrift, Math.max(1 / mostDrift, drift));
  return {
    callMs,
    waitMs: sumOf(recent.map((cell) => cell.waitMs)) / Math.max(1, recent.length),
    offs: recent.map((cell) => offOf(cell.workMs, callMs(cell))),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
