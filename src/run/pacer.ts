import type { Execution } from './job.ts';

const minuteMs = 60_000;
/** Calls that are out of the minute are dropped in lots of this many: each drop moves all that stay. */
const droppedAtOnce = 1_024;

/** Keeps calls under the limits of requests and tokens a minute. Times in milliseconds of any one clock, never going back. */
export interface Pacer {
  /** How long a call of `tokens` prompt tokens has to wait. */
  waitMs(tokens: number, now: number): number;
  /** Takes a call that goes out now. */
  book(tokens: number, now: number): void;
}

/**
 * A bucket of requests and one of tokens, in which what was taken comes back a minute later: no sixty seconds hold more than allowed,
 * where a bucket that fills steadily lets twice as much through in its first minute. A single prompt over the token limit goes out
 * alone. A call costs the same whatever went before it.
 */
export function createPacer(limits: Pick<Execution, 'requestsPerMinute' | 'tokensPerMinute'>): Pacer {
  const requests = limits.requestsPerMinute ?? Number.POSITIVE_INFINITY;
  const allowed = limits.tokensPerMinute ?? Number.POSITIVE_INFINITY;
  if (requests === Number.POSITIVE_INFINITY && allowed === Number.POSITIVE_INFINITY) {
    return { waitMs: () => 0, book: () => undefined };
  }

  /** Oldest first; those before `start` are out of the minute. */
  let sent: { readonly at: number; readonly tokens: number }[] = [];
  let start = 0;
  let tokensSent = 0;
  const dropOld = (now: number): void => {
    for (
      let oldest = sent[start];
      oldest !== undefined && oldest.at <= now - minuteMs;
      oldest = sent[start]
    ) {
      tokensSent -= oldest.tokens;
      start++;
    }
    if (start < droppedAtOnce) return;
    sent = sent.slice(start);
    start = 0;
  };
  return {
    waitMs: (tokens, now) => {
      dropOld(now);
      let at = now;
      let left = tokensSent;
      for (let i = start; i < sent.length; i++) {
        if (sent.length - i < requests && left + tokens <= allowed) break;
        const oldest = sent[i];
        if (oldest === undefined) break;
        left -= oldest.tokens;
        at = oldest.at + minuteMs;
      }
      return at - now;
    },
    book: (tokens, now) => {
      sent.push({ at: now, tokens });
      tokensSent += tokens;
    },
  };
}
