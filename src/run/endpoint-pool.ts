import type { RateLimits } from '../client/rate-limits.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { createCeiling } from './allowance.ts';
import { longestPauseMs } from './decide-retry.ts';
import type { Execution } from './job.ts';
import { createPacer } from './pacer.ts';

/** How a call ended, as far as it tells how much the endpoint takes. */
export type CallEnd =
  | { readonly kind: 'answered' }
  /** For a reason that says nothing of too many calls. */
  | { readonly kind: 'failed' }
  /** A rate limit or an overload. `retryAfterMs`: for how long it wants to be left alone; null where it does not say. */
  | { readonly kind: 'turned_away'; readonly retryAfterMs: number | null };

/** The right to make one call. */
export interface Pass {
  /** Takes what the answer's headers say. */
  learn(limits: RateLimits): void;
  /** Gives the right back; once, however the call ended. */
  leave(end: CallEnd): void;
}

/** All calls to one endpoint, whichever model they ask: they share its limits. */
export interface EndpointPool {
  /**
   * Resolves with the right to send a prompt of `tokens`, first come first served; with null where `halt` comes first. `onWait` is
   * told where the endpoint's or the user's limits hold the call back, in milliseconds as they stand now.
   */
  enter(tokens: number, halt: AbortSignal, onWait?: (ms: number) => void): Promise<Pass | null>;
  /** Calls at once, as it stands now. */
  calls(): number;
}

export interface EndpointPoolOptions
  extends Pick<Execution, 'concurrency' | 'requestsPerMinute' | 'tokensPerMinute'> {
  /** Told of each change of the number of calls at once. */
  readonly onCalls?: (calls: number) => void;
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

interface Waiter {
  readonly tokens: number;
  readonly admit: (pass: Pass | null) => void;
}

/** A pool that nothing is known of yet. */
export function createEndpointPool(options: EndpointPoolOptions): EndpointPool {
  const now = options.now ?? (() => performance.now());
  const limit = createAdaptiveLimit(options.concurrency);
  const pacer = createPacer(options);
  const requests = createCeiling();
  const tokens = createCeiling();
  const waiters: Waiter[] = [];
  const sent = { requests: 0, tokens: 0 };
  let inFlight = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  /** Milliseconds until a call may go out, all else staying as it is; infinite where another call has to end first. */
  const waitMs = (amount: number): number => {
    if (inFlight >= limit.calls()) return Number.POSITIVE_INFINITY;
    const time = now();
    const said = Math.max(requests.waitMs(1, sent.requests, time), tokens.waitMs(amount, sent.tokens, time));
    // Nothing is under way that could tell more: somebody has to ask.
    const held = said === Number.POSITIVE_INFINITY && inFlight === 0 ? 0 : said;
    return Math.max(held, pausedUntil - time, pacer.waitMs(amount, time));
  };

  const admit = (amount: number): Pass => {
    pacer.book(amount, now());
    inFlight++;
    sent.requests++;
    sent.tokens += amount;
    const sentTo = { ...sent };
    const flight = limit.flight();
    return {
      learn: (limits) => {
        const time = now();
        if (limits.requests !== null) requests.learn(limits.requests, sentTo.requests, time);
        if (limits.tokens !== null) tokens.learn(limits.tokens, sentTo.tokens, time);
      },
      leave: (end) => {
        inFlight--;
        let changed = false;
        if (end.kind === 'answered') changed = limit.answered(flight);
        else if (end.kind === 'turned_away') {
          changed = limit.turnedAway(flight);
          const { retryAfterMs } = end;
          // A longer one settles its own cell, and no more is known of the others.
          if (retryAfterMs !== null && retryAfterMs <= longestPauseMs) {
            pausedUntil = Math.max(pausedUntil, now() + retryAfterMs);
          }
        }
        if (changed) options.onCalls?.(limit.calls());
        admitNext();
      },
    };
  };

  const admitNext = (): void => {
    clearTimeout(timer);
    for (let first = waiters[0]; first !== undefined; first = waiters[0]) {
      const ms = waitMs(first.tokens);
      if (ms > 0) {
        if (Number.isFinite(ms)) timer = setTimeout(admitNext, Math.ceil(ms));
        return;
      }
      waiters.shift();
      first.admit(admit(first.tokens));
    }
  };

  return {
    calls: () => limit.calls(),
    enter: async (amount, halt, onWait) => {
      if (halt.aborted) return null;
      const ms = waitMs(amount);
      if (waiters.length === 0 && ms <= 0) return admit(amount);
      if (Number.isFinite(ms) && ms > 0) onWait?.(ms);
      return new Promise((resolve) => {
        const waiter: Waiter = {
          tokens: amount,
          admit: (pass) => {
            halt.removeEventListener('abort', giveUp);
            resolve(pass);
          },
        };
        const giveUp = (): void => {
          waiters.splice(waiters.indexOf(waiter), 1);
          waiter.admit(null);
          // Whoever stands behind may have waited for this one only.
          admitNext();
        };
        halt.addEventListener('abort', giveUp, { once: true });
        waiters.push(waiter);
        admitNext();
      });
    },
  };
}
