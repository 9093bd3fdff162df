import type { Result } from '../core/result.ts';
import type { CellsToAsk, Execution } from './job.ts';
import { keptCalls, seenIn, speedByLength } from './speed-calls.ts';
import { type Off, offOf, timeToFinish } from './speed-schedule.ts';

/** How long calls will take, before they are made. */
export interface TimeEstimate {
  /** Milliseconds, from the times of calls that have been made; null where a model to ask has made none. */
  readonly ms: number | null;
  /** Milliseconds below which the limits a minute let no run end; 0 without limits. */
  readonly leastMs: number;
}

const minuteMs = 60_000;

type Limits = Pick<Execution, 'requestsPerMinute' | 'tokensPerMinute'>;

/** The time that `toAsk` takes, given the rows of earlier calls at this concurrency. Endpoints are asked side by side. */
export function estimateTime(
  toAsk: readonly CellsToAsk[],
  options: { readonly rows: readonly Result[]; readonly execution: Pick<Execution, 'concurrency'> & Limits },
): TimeEstimate {
  const { rows, execution } = options;
  const busy = toAsk.filter(({ contextLengths }) => contextLengths.length > 0);
  const endpoints = [...new Set(busy.map(({ endpoint }) => endpoint))];
  const ends = endpoints.map((endpoint): TimeEstimate => {
    const loads = busy.filter((load) => load.endpoint === endpoint);
    const lengths = loads.flatMap(({ contextLengths }) => contextLengths);
    const leastMs = paceMs(
      { requests: lengths.length, tokens: lengths.reduce((sum, length) => sum + length, 0) },
      execution,
    );
    const offs: Off[] = [];
    const waiting = loads.flatMap(({ model, contextLengths }) => {
      const seen = seenIn(rows.filter((row) => row.cell.model === model)).slice(-keptCalls);
      const speed = speedByLength(seen);
      if (speed === null) return [Number.NaN];
      offs.push(...seen.map((call) => offOf(call.ms, speed(call.contextLength))));
      return contextLengths.map(speed);
    });
    if (waiting.some(Number.isNaN)) return { ms: null, leastMs };
    const ms = timeToFinish({ running: [], waiting, slots: execution.concurrency, offs });
    return { ms: Math.round(Math.max(ms, leastMs)), leastMs };
  });
  const known = ends.flatMap(({ ms }) => ms ?? []);
  return {
    ms: known.length === ends.length && ends.length > 0 ? Math.max(...known) : null,
    leastMs: Math.max(0, ...ends.map(({ leastMs }) => leastMs)),
  };
}

/** Milliseconds from the first call to the last that limits a minute leave at least: the first minute's worth goes out at once. */
export function paceMs(
  calls: { readonly requests: number; readonly tokens: number },
  { requestsPerMinute, tokensPerMinute }: Limits,
): number {
  const minutes = Math.max(
    requestsPerMinute === null ? 0 : Math.ceil(calls.requests / requestsPerMinute),
    tokensPerMinute === null ? 0 : Math.ceil(calls.tokens / tokensPerMinute),
  );
  return Math.max(0, minutes - 1) * minuteMs;
}
