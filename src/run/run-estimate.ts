import type { ResolvedModel } from '../config/resolved.ts';
import type { Result } from '../core/result.ts';
import { addUp, type Money } from './cost.ts';
import { type Estimate, estimateCalls } from './estimate.ts';
import type { Execution } from './job.ts';
import { type CacheableCell, likelyCached, type SharedText } from './prefix-cache.ts';
import { estimateTime, type TimeEstimate } from './speed-estimate.ts';

/** What one model is going to be asked. */
export interface ModelLoad {
  readonly model: string;
  /** Models of one number are served at one address. */
  readonly endpoint: number;
  /** In the order of the calls. */
  readonly cells: readonly CacheableCell[];
  readonly maxTokens: number;
  readonly price: ResolvedModel['price'];
  readonly sharedText: SharedText;
}

/** What a run comes to before its first call. */
export interface RunEstimate extends Omit<Estimate, 'cost'>, TimeEstimate {
  /** One a currency; empty where no price is known. */
  readonly costs: readonly (Money & { readonly likely: number })[];
  /** Models without a price: no cost holds them. */
  readonly unpriced: readonly string[];
}

export interface EstimateOptions {
  readonly execution: Pick<Execution, 'concurrency' | 'requestsPerMinute' | 'tokensPerMinute'>;
  /** Rows of the run that exist: they tell how fast a model is and how long its answers are. */
  readonly rows: readonly Result[];
}

/** The estimate of each cell's model; `only` narrows it to some of its cells, which keep their places in the order. */
export function estimateLoad(
  load: ModelLoad,
  { execution, rows }: EstimateOptions,
  only: (cell: CacheableCell) => boolean = () => true,
): Estimate {
  const cached = likelyCached(load.cells, { ...load, concurrency: execution.concurrency });
  const calls = load.cells.flatMap((cell, i) =>
    only(cell) ? [{ promptTokens: cell.promptTokens, cachedTokens: cached[i] ?? 0 }] : [],
  );
  return estimateCalls(calls, { ...load, answerTokens: meanAnswer(rows, load.model) });
}

/** The estimate of all loads together. */
export function estimateRun(loads: readonly ModelLoad[], options: EstimateOptions): RunEstimate {
  const busy = loads.filter(({ cells }) => cells.length > 0);
  const estimates = busy.map((load) => estimateLoad(load, options));
  const sum = (of: (estimate: Estimate) => number): number =>
    estimates.reduce((total, estimate) => total + of(estimate), 0);
  const costs = estimates.flatMap(({ cost }) => cost ?? []);
  const likely = addUp(costs.map((cost) => ({ amount: cost.likely, currency: cost.currency })));
  const toAsk = busy.map(({ model, endpoint, cells }) => ({
    model,
    endpoint,
    contextLengths: cells.map(({ cell }) => cell.contextLength),
  }));
  return {
    cells: sum(({ cells }) => cells),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    cachedTokens: sum(({ cachedTokens }) => cachedTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    costs: addUp(costs).map((most, i) => ({ ...most, likely: likely[i]?.amount ?? most.amount })),
    unpriced: busy.filter(({ price }) => price === null).map(({ model }) => model),
    ...estimateTime(toAsk, options),
  };
}

/** Tokens of a model's answers so far, on average; null where none told. */
function meanAnswer(rows: readonly Result[], model: string): number | null {
  const counts = rows.flatMap(({ cell, completion }) =>
    cell.model === model ? (completion?.usage.completionTokens ?? []) : [],
  );
  return counts.length === 0
    ? null
    : Math.ceil(counts.reduce((sum, count) => sum + count, 0) / counts.length);
}
