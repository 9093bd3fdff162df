import { randomStream } from '../core/random.ts';

/** The ways in which a flaky server lets a request down. */
export const faultKinds = [
  'rate_limited',
  'server_error',
  'unavailable',
  'reset',
  'half_answer',
  'error_in_200',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** What a 429 asks for: 0 or 1. */
  readonly retryAfterSeconds: number;
}

/** The fault of a server's nth request (from 0), or null: equal seeds give equal sequences. `rate` from 0 to 1. */
export function faultOf(seed: number, request: number, rate: number): Fault | null {
  if (rate <= 0) return null;
  const random = randomStream(seed, 'fault', request);
  if (random.float() >= rate) return null;
  return { kind: random.pick(faultKinds), retryAfterSeconds: random.below(2) };
}
