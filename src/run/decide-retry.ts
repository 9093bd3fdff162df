import type { EndpointErrorKind } from '../client/endpoint-error.ts';

/** The longest wait of our own making. */
const capMs = 120_000;
const ordinaryBaseMs = 500;
/** A `Retry-After` beyond this is no pause but an answer: the cell is left for the next run. */
const longestRetryAfterMs = 900_000;

type Rule =
  /** Ask again after `baseMs`, twice that, four times that … */
  | { readonly retry: true; readonly baseMs: number }
  /** The same question would get the same answer: `cell` settles this cell, `model` all cells of this model. */
  | { readonly retry: false; readonly ends: 'cell' | 'model' };

/** What each kind of failure calls for. Rate limits are counted by the minute: their waits must add up to one. */
const rules: Readonly<Record<EndpointErrorKind, Rule>> = {
  rate_limited: { retry: true, baseMs: 2_000 },
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
  /** Whether this endpoint has answered anything in this run. */
  readonly answeredBefore: boolean;
  /** 1 for the first. Every attempt counts, those that met a 429 too. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** From 0 to 1. */
  readonly jitter: number;
}

/** `fatal` ends the model's other cells too: none of them could fare better. */
export type RetryDecision =
  | { readonly action: 'retry'; readonly waitMs: number }
  | { readonly action: 'give_up' }
  | { readonly action: 'fatal' };

/**
 * What follows a failed attempt. Waits double with each attempt and are spread over their upper half, so that calls that failed
 * together do not return together; they end at 120 s. `Retry-After` is a least wait.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const rule = rules[failed.kind];
  if (!rule.retry) return { action: rule.ends === 'model' ? 'fatal' : 'give_up' };
  if (failed.unreachable && !failed.answeredBefore) return { action: 'fatal' };
  if (failed.attempt >= failed.maxAttempts) return { action: 'give_up' };
  const least = failed.retryAfterMs ?? 0;
  if (least > longestRetryAfterMs) return { action: 'give_up' };
  // A server that names a wait knows its own limit: ours then only keeps calls apart.
  const baseMs = failed.retryAfterMs === null ? rule.baseMs : Math.min(rule.baseMs, ordinaryBaseMs);
  const backOffMs = Math.min(capMs, baseMs * 2 ** (failed.attempt - 1));
  return { action: 'retry', waitMs: Math.max(least, Math.round(backOffMs * (0.5 + failed.jitter / 2))) };
}
