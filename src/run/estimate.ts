import type { ResolvedModel } from '../config/resolved.ts';
import { costOf, type Money, priceOf } from './cost.ts';

/** What calls come to before they are made. */
export interface Estimate {
  readonly cells: number;
  readonly promptTokens: number;
  /** Of them, what the order of the calls lets a server's prefix cache serve; 0 where nothing is shared. */
  readonly cachedTokens: number;
  /** Answer tokens at most. */
  readonly completionTokens: number;
  /** At most: nothing cached, every answer as long as it may be. Null where no price is known. */
  readonly cost: (Money & { readonly likely: number }) | null;
}

/** A planned call: its prompt, and what of it is likely cached. */
export interface PlannedCall {
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

/**
 * The estimate of calls to one model. The likely cost has the likely share at the cached price, and answers of `answerTokens`, as
 * long as those seen before; without any seen, as long as they may be.
 */
export function estimateCalls(
  calls: readonly PlannedCall[],
  model: Pick<ResolvedModel, 'maxTokens' | 'price'> & { readonly answerTokens?: number | null },
): Estimate {
  const promptTokens = calls.reduce((sum, call) => sum + call.promptTokens, 0);
  const cachedTokens = calls.reduce((sum, call) => sum + call.cachedTokens, 0);
  const completionTokens = calls.length * model.maxTokens;
  const likelyTokens = calls.length * Math.min(model.maxTokens, model.answerTokens ?? model.maxTokens);
  const price = priceOf(model.price);
  const most = { promptTokens, cachedTokens: 0, completionTokens };
  const likely = { promptTokens, cachedTokens, completionTokens: likelyTokens };
  const cost = price && {
    amount: costOf(most, price) ?? 0,
    likely: costOf(likely, price) ?? 0,
    currency: price.currency,
  };
  return { cells: calls.length, promptTokens, cachedTokens, completionTokens, cost };
}
