import type { Result } from '../core/result.ts';
import type { Panel, Percentiles } from './panel.ts';

/** Times of the scored rows among `rows`; null where none recorded one. */
export function timingOf(rows: readonly Result[]): Panel['timing'] {
  const completions = rows.flatMap(({ outcome, completion }) =>
    outcome === 'scored' && completion !== null ? [completion] : [],
  );
  return {
    ttft: percentiles(completions.flatMap(({ ttftMs }) => (ttftMs === null ? [] : [ttftMs]))),
    latency: percentiles(
      completions.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs])),
    ),
  };
}

/** Nearest-rank percentiles of `times` in milliseconds, null for an empty list: the p-th is the least time that at least p % kept. */
export function percentiles(times: readonly number[]): Percentiles | null {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (percent: number): number =>
    sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
  return sorted.length === 0
    ? null
    : { n: sorted.length, p50: at(50), p90: at(90), p95: at(95), p99: at(99) };
}
