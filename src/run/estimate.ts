import type { ResolvedModel } from '../config/resolved.ts';
import type { Grid } from '../results/manifest.ts';

/** What a grid comes to before any call: upper bounds, since an answer may be shorter than its reserve. */
export interface Estimate {
  readonly cells: number;
  readonly promptTokens: number;
  /** Answer tokens at most. */
  readonly completionTokens: number;
  /** At list price without any cache; null where no price is known. */
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

/** The estimate of one model's grid for one task. */
export function estimateGrid(grid: Grid, model: Pick<ResolvedModel, 'maxTokens' | 'price'>): Estimate {
  const perLength = grid.depths.length * grid.trials;
  const cells = grid.contextLengths.length * perLength;
  const promptTokens = grid.contextLengths.reduce(
    (sum, length) => sum + Math.max(0, length - model.maxTokens) * perLength,
    0,
  );
  const completionTokens = cells * model.maxTokens;
  const { price } = model;
  const cost = price && {
    amount: (promptTokens * price.input + completionTokens * price.output) / 1e6,
    currency: price.currency,
  };
  return { cells, promptTokens, completionTokens, cost };
}
