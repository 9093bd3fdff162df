import type { Usage } from '../core/completion.ts';
import type { ModelJob } from './job.ts';

const perTokens = 1_000_000;

/** What a call cost in USD by its usage; null where the price or the usage is not known. */
export function costOf(usage: Usage, price: ModelJob['priceUsd']): number | null {
  const { promptTokens, completionTokens, cachedTokens } = usage;
  if (price === null || promptTokens === null || completionTokens === null) return null;
  const cached = Math.min(cachedTokens ?? 0, promptTokens);
  const input = (promptTokens - cached) * price.input + cached * price.cachedInput;
  return (input + completionTokens * price.output) / perTokens;
}

/** The most that a call can cost in USD: nothing cached, the whole answer used. 0 where the price is not known. */
export function highestCost(promptTokens: number, maxTokens: number, price: ModelJob['priceUsd']): number {
  return price === null ? 0 : (promptTokens * price.input + maxTokens * price.output) / perTokens;
}
