import type { EndpointErrorKind } from '../client/endpoint-error.ts';

/** The longest wait of our own making. */
const capMs = 120_000;
const ordinaryBaseMs = 500;
/** Rate limits are counted by the minute: the waits of all attempts must add up to one. */
const crowdedBaseMs = 2_000;
/** The longest `Retry-After` that is waited for. */
export const longestPauseMs = 900_000;

type Rule =
  /** Ask again after `baseMs`, twice that, four times that … */
  | { readonly retry: true; readonly baseMs: number }
  /** The same question would get the same answer: `cell` settles this cell, `model` all cells of this model. */
  | { readonly retry: false; readonly ends: 'cell' | 'model' };

/** What each kind of failure calls for. */
const rules: Readonly<Record<EndpointErrorKind, Rule>> = {
  rate_limited: { retry: true, baseMs: crowdedBaseMs },
  server: { retry: true, baseMs: ordinaryBaseMs },
  network: { retry: true, baseMs: ordinaryBaseMs },
  timeout: { retry: true, baseMs: ordinaryBaseMs },
  stream_cut: { retry: true, baseMs: ordinaryBaseMs },
  bad_response: { retry: true, baseMs: ordinaryBaseMs },
  overflow: { retry: false, ends: 'cell' },
  filtered: { retry: false, ends: 'cell' },
  rejected: { retry: false, ends: 'cell' },
  auth: { retry: false, ends: 'model' },
  balance: { retry: false, ends: 'model' },
  not_found: { retry: false, ends: 'model' },
};

export interface FailedAttempt {
  readonly kind: EndpointErrorKind;
  readonly retryAfterMs: number | null;
  /** No connection could be made at all. */
  readonly unreachable: boolean;
  /** The endpoint says that it has too much to do. */
  readonly overloaded: boolean;
  /** Whether this endpoint has answered anything in this run. */
  readonly answeredBefore: boolean;
  /** 1 for the first. Every attempt counts, those that met a 429 too. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** From 0 to 1. */
  readonly jitter: number;
}

/**
 * `fatal` ends the model's other cells too: none of them could fare better. `stranded`: this cell could neither be answered nor
 * refused, and so it will go with others if it goes on.
 */
export type RetryDecision =
  | { readonly action: 'retry'; readonly waitMs: number }
  | { readonly action: 'give_up'; readonly stranded: boolean }
  | { readonly action: 'fatal' };

/**
 * What follows a failed attempt. Waits double with each attempt and are spread over their upper half, so that calls that failed
 * together do not return together; they end at 120 s. `Retry-After` is a least wait; one of more than 15 minutes is no pause but an
 * answer, and the cell is left for the next run.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const rule = rules[failed.kind];
  if (!rule.retry)
    return rule.ends === 'model' ? { action: 'fatal' } : { action: 'give_up', stranded: false };
  if (failed.unreachable && !failed.answeredBefore) return { action: 'fatal' };
  const least = failed.retryAfterMs ?? 0;
  const tooLong = least > longestPauseMs;
  if (failed.attempt >= failed.maxAttempts || tooLong) {
    return { action: 'give_up', stranded: failed.unreachable || tooLong };
  }
  const ownBaseMs = failed.overloaded ? Math.max(rule.baseMs, crowdedBaseMs) : rule.baseMs;
  // A server that names a wait knows its own limit: ours then only keeps calls apart.
  const baseMs = failed.retryAfterMs === null ? ownBaseMs : Math.min(ownBaseMs, ordinaryBaseMs);
  const backOffMs = Math.min(capMs, baseMs * 2 ** (failed.attempt - 1));
  return { action: 'retry', waitMs: Math.max(least, Math.round(backOffMs * (0.5 + failed.jitter / 2))) };
}
