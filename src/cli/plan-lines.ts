import type { Money } from '../run/cost.ts';
import type { Budget, RunEvent } from '../run/job.ts';
import type { RunEstimate } from '../run/run-estimate.ts';
import { amountText, duration, money, share, tokens } from './figures.ts';

/** What is about to be sent, what it may cost and how long it may take, a line each. */
export function estimateLines(
  event: Extract<RunEvent, { type: 'started' }>,
  run: { readonly trials: number; readonly budget: Budget },
): string[] {
  const { estimate, cells, done, spent } = event;
  const preview =
    run.trials < 3 ? ` · ${run.trials} trial${run.trials === 1 ? '' : 's'} a cell: preview only` : '';
  const asked = `${cells - done} of ${cells} cells to ask · about ${tokens(estimate.promptTokens)} prompt tokens${preview}`;
  if (estimate.cells === 0) return [asked];
  return [asked, ...costLines(estimate), timeLine(estimate), ...budgetLines(estimate, { ...run, spent })];
}

/** The range of the cost, or no line where no model has a price. */
export function costLines(estimate: RunEstimate): string[] {
  const { costs, cachedTokens, promptTokens, unpriced } = estimate;
  if (costs.length === 0) return [];
  const most = sumText(costs);
  const likely = sumText(costs.map(({ likely: amount, currency }) => ({ amount, currency })));
  const cached = cachedTokens > 0 ? ` (${share(cachedTokens, promptTokens)} of the prompts cached)` : '';
  return [
    `cost: at most ${most}${likely === most ? '' : `, likely about ${likely}${cached}`}${
      unpriced.length > 0 ? `; no price is known of ${unpriced.join(', ')}` : ''
    }`,
  ];
}

/** The time that the calls made so far tell of, or that none has. */
export function timeLine({ ms, leastMs }: Pick<RunEstimate, 'ms' | 'leastMs'>): string {
  const least = leastMs > 0 ? `at least ${duration(leastMs)} by the limits a minute` : null;
  if (ms === null) return `time: ${least ?? 'unknown until the first answers'}`;
  return `time: about ${duration(ms)}, as fast as the calls before`;
}

function budgetLines(
  estimate: RunEstimate,
  { budget, spent }: { readonly budget: Budget; readonly spent: { promptTokens: number; cost: number } },
): string[] {
  const lines: string[] = [];
  const most = estimate.costs.find(({ currency }) => currency === 'USD')?.amount ?? 0;
  if (budget.cost !== null) {
    const used = spent.cost > 0 ? `, ${money(spent.cost)} used by earlier commands` : '';
    const ends = spent.cost + most > budget.cost ? '; it may end the run' : '';
    lines.push(`budget: ${money(budget.cost)} for the whole run${used}${ends}`);
  }
  if (budget.promptTokens !== null) {
    const used = spent.promptTokens > 0 ? `, ${tokens(spent.promptTokens)} used by earlier commands` : '';
    const ends = spent.promptTokens + estimate.promptTokens > budget.promptTokens ? '; it ends the run' : '';
    lines.push(`budget: ${tokens(budget.promptTokens)} prompt tokens for the whole run${used}${ends}`);
  }
  return lines;
}

/** Amounts side by side: `$0.31 + CNY 3.20`. */
export function sumText(amounts: readonly Money[]): string {
  return amounts.map(amountText).join(' + ');
}
