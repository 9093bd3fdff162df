import type { ResolvedModel } from '../config/resolved.ts';
import type { Usage } from '../core/completion.ts';
import type { ModelJob } from './job.ts';

/** What tokens cost, per million, in any one currency. */
export interface Price {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** An amount of one currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** A price with its currency. */
export type OwnPrice = Price & { readonly currency: string };

const perTokens = 1_000_000;

/** A model's price with every part of it; null where none is known. What the cache serves costs full price unless told otherwise. */
export function priceOf(price: ResolvedModel['price']): OwnPrice | null {
  return price && { ...price, cachedInput: price.cachedInput ?? price.input };
}

/** The price that a job's calls have, in whatever currency; null where none is known. */
export function priceOfJob({ price, priceUsd }: Pick<ModelJob, 'price' | 'priceUsd'>): OwnPrice | null {
  return price ?? (priceUsd && { ...priceUsd, currency: 'USD' });
}

/** What a call cost by its usage, in the price's currency; null where the price or the usage is not known. */
export function costOf(usage: Usage, price: Price | null): number | null {
  const { promptTokens, completionTokens, cachedTokens } = usage;
  if (price === null || promptTokens === null || completionTokens === null) return null;
  const cached = Math.min(cachedTokens ?? 0, promptTokens);
  const input = (promptTokens - cached) * price.input + cached * price.cachedInput;
  return (input + completionTokens * price.output) / perTokens;
}

/** The most that a call can cost: nothing cached, the whole answer used. 0 where the price is not known. */
export function highestCost(promptTokens: number, maxTokens: number, price: Price | null): number {
  return price === null ? 0 : (promptTokens * price.input + maxTokens * price.output) / perTokens;
}

/** Amounts added up, one a currency in the order of their first, since currencies are never added to each other. */
export function addUp(amounts: readonly Money[]): Money[] {
  const sums = new Map<string, number>();
  for (const { amount, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
