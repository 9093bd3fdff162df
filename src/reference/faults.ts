import { randomStream } from '../core/random.ts';

/** The ways in which a flaky server lets a request down at once. */
const quickKinds = [
  'rate_limited',
  /** Without `Retry-After`. */
  'rate_limited_unsaid',
  'server_error',
  'bad_gateway',
  'unavailable',
  'reset',
  'half_answer',
  'error_in_200',
] as const;

/** All of them: those that cost a caller its whole patience too, and the answer that comes late. */
export const faultKinds = [
  ...quickKinds,
  /** Not a byte, ever. */
  'hang',
  /** The first bytes of an answer, and no more. */
  'stall',
  'late_first_byte',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** What a 429 asks for: 0 or 1. */
  readonly retryAfterSeconds: number;
}

/** How often a server fails, 0 to 1, and in which ways. */
export interface FaultPlan {
  readonly rate: number;
  readonly kinds: readonly FaultKind[];
}

/** The faults of a profile that fails by itself: none that a caller would have to wait out. */
export function quickFaults(rate: number): FaultPlan {
  return { rate, kinds: quickKinds };
}

/** What an address under `/faults/0.3` asks of any profile: faults of all kinds, for callers with little patience. */
export function allFaults(rate: number): FaultPlan {
  return { rate, kinds: faultKinds };
}

/** The fault of a server's nth request (from 0), or null: equal seeds give equal sequences. */
export function faultOf(seed: number, request: number, { rate, kinds }: FaultPlan): Fault | null {
  if (rate <= 0) return null;
  const random = randomStream(seed, 'fault', request);
  if (random.float() >= rate) return null;
  return { kind: random.pick(kinds), retryAfterSeconds: random.below(2) };
}
