import type { Allowance } from '../client/rate-limits.ts';

/** The longest that a header may hold calls back. Limits are counted by the minute; one by the day is not worth waiting for. */
const longestHoldMs = 60_000;

/** How much of one kind, requests or tokens, an endpoint said it would still take. */
export interface Ceiling {
  /** Takes what the answer to a call says. `sentTo`: all that had been sent up to that call, itself included. */
  learn(allowance: Allowance, sentTo: number, now: number): void;
  /**
   * Milliseconds to wait before `amount` more may go out, `sent` having gone out by now. Infinite where the endpoint did not say when
   * it takes more: the next answer may tell.
   */
  waitMs(amount: number, sent: number, now: number): number;
}

/**
 * No ceiling until one is learned. What was left when a call was counted bounds what is sent after that call, however long its answer
 * took: what had gone out before it the endpoint had counted already. The newest call that was answered tells most.
 */
export function createCeiling(): Ceiling {
  let most = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let newest = 0;
  return {
    learn: ({ remaining, resetMs }, sentTo, now) => {
      if (sentTo < newest) return;
      newest = sentTo;
      most = sentTo + remaining;
      until = resetMs === null ? Number.POSITIVE_INFINITY : now + Math.min(resetMs, longestHoldMs);
    },
    waitMs: (amount, sent, now) => (now >= until || sent + amount <= most ? 0 : until - now),
  };
}
