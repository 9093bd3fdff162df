import type { Estimate, Panel, Percentiles } from '../analysis/panel.ts';
import { percentiles } from '../analysis/timing.ts';
import { depthLabels, lengthLabels } from './axis-labels.ts';
import type { ReportRow } from './report-row.ts';
import type { ReportView } from './report-view.ts';

/** A value with the ends of what is drawn around it: a 95 % interval of an accuracy, the 90th percentile of a time. */
export interface TrendPoint {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/** One panel against length and depth. Accuracies from 0 to 1, times in milliseconds, rates in tokens a second; null where nothing is known. */
export interface PanelTrends {
  readonly lengths: readonly string[];
  readonly depths: readonly string[];
  readonly byLength: readonly (TrendPoint | null)[];
  readonly byDepth: readonly (TrendPoint | null)[];
  readonly latency: readonly (TrendPoint | null)[];
  readonly ttft: readonly (TrendPoint | null)[];
  /** Prompt tokens a second until the first token. */
  readonly promptRate: readonly (TrendPoint | null)[];
  /** Answer tokens a second from the first token to the last byte. */
  readonly answerRate: readonly (TrendPoint | null)[];
  /** Share of counted prompt tokens that a cache held; null where no server told. Cached prompts make times look short. */
  readonly cachedShare: number | null;
}

const accuracy = (score: Estimate | null): TrendPoint | null =>
  score === null ? null : { value: score.mean, lower: score.lower, upper: score.upper, n: score.n };

const times = (found: Percentiles | null): TrendPoint | null =>
  found === null ? null : { value: found.p50, lower: found.p50, upper: found.p90, n: found.n };

/** Median and the slowest tenth: a rate's lower end is what nine of ten calls reached. */
function rates(values: readonly number[]): TrendPoint | null {
  const slow = percentiles(values.map((value) => -value));
  return slow === null ? null : { value: -slow.p50, lower: -slow.p90, upper: -slow.p50, n: slow.n };
}

function promptRateOf({ tokens, ttftMs }: ReportRow): number[] {
  const read = tokens.counted ?? tokens.planned;
  return ttftMs === null || ttftMs <= 0 ? [] : [(1000 * read) / ttftMs];
}

function answerRateOf({ tokens, ttftMs, latencyMs }: ReportRow): number[] {
  // One token has no time between tokens.
  if (ttftMs === null || latencyMs === null || tokens.answer === null || tokens.answer < 2) return [];
  return latencyMs > ttftMs ? [(1000 * (tokens.answer - 1)) / (latencyMs - ttftMs)] : [];
}

function trendsOf(panel: Panel, rows: readonly ReportRow[]): PanelTrends {
  const columns: ReportRow[][] = panel.grid.contextLengths.map(() => []);
  for (const row of rows) if (row.outcome === 'scored') columns[row.lengthIndex]?.push(row);
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const counted = rows.filter(({ tokens }) => tokens.cached !== null && tokens.counted !== null);
  const read = counted.reduce((sum, { tokens }) => sum + (tokens.counted ?? 0), 0);
  return {
    lengths: lengthLabels(panel.grid.contextLengths),
    depths: depthLabels(panel.grid.depths),
    byLength: panel.lengths.map(({ score }) => accuracy(score)),
    byDepth: panel.depths.map(accuracy),
    latency: columns.map((column) => times(percentiles(known(column.map(({ latencyMs }) => latencyMs))))),
    ttft: columns.map((column) => times(percentiles(known(column.map(({ ttftMs }) => ttftMs))))),
    promptRate: columns.map((column) => rates(column.flatMap(promptRateOf))),
    answerRate: columns.map((column) => rates(column.flatMap(answerRateOf))),
    cachedShare:
      read === 0 ? null : counted.reduce((sum, { tokens }) => sum + (tokens.cached ?? 0), 0) / read,
  };
}

/** The trends of every panel of a view, in its order. */
export function panelTrends(view: ReportView): PanelTrends[] {
  const byPanel: ReportRow[][] = view.panels.map(() => []);
  for (const row of view.rows) byPanel[row.panel]?.push(row);
  return view.panels.map((panel, index) => trendsOf(panel, byPanel[index] ?? []));
}
