import type { ResolvedConfig } from '../config/resolved.ts';
import type { RunEvent } from '../run/job.ts';
import { money, tokens } from './figures.ts';

/** What is about to be sent, in one line. */
export function estimateLine(event: Extract<RunEvent, { type: 'started' }>, config: ResolvedConfig): string {
  const left = event.cells - event.done;
  const cost = event.highestCostUsd === null ? '' : ` · at most ${money(event.highestCostUsd)}`;
  const trials =
    config.trials < 3 ? ` · ${config.trials} trial${config.trials === 1 ? '' : 's'} a cell: a preview` : '';
  return `${left} of ${event.cells} cells to ask · about ${tokens(event.promptTokens)} prompt tokens${cost}${trials}`;
}

/** A cost with its currency. */
export function costText(cost: { readonly amount: number; readonly currency: string } | null): string {
  if (cost === null) return 'price unknown';
  const digits = cost.amount >= 1 ? 2 : 4;
  return `${cost.currency} ${cost.amount.toFixed(digits)}`;
}
