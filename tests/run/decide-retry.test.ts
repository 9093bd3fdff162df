import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRetry, type FailedAttempt } from '../../src/run/decide-retry.ts';

const failed = (more: Partial<FailedAttempt>): FailedAttempt => ({
  kind: 'server',
  retryAfterMs: null,
  unreachable: false,
  overloaded: false,
  answeredBefore: true,
  attempt: 1,
  maxAttempts: 6,
  jitter: 1,
  ...more,
});

test.each<[string, Partial<FailedAttempt>, ReturnType<typeof decideRetry>]>([
  ['a 500', {}, { action: 'retry', waitMs: 500 }],
  ['a third 500', { attempt: 3 }, { action: 'retry', waitMs: 2_000 }],
  ['the least jitter', { attempt: 3, jitter: 0 }, { action: 'retry', waitMs: 1_000 }],
  ['a 429', { kind: 'rate_limited' }, { action: 'retry', waitMs: 2_000 }],
  [
    'a 429 with a long wait',
    { kind: 'rate_limited', retryAfterMs: 30_000 },
    { action: 'retry', waitMs: 30_000 },
  ],
  ['a 429 with no wait', { kind: 'rate_limited', retryAfterMs: 0 }, { action: 'retry', waitMs: 500 }],
  [
    'a 429 that asks for a day',
    { kind: 'rate_limited', retryAfterMs: 86_400_000 },
    { action: 'give_up', stranded: true },
  ],
  ['an overload', { overloaded: true }, { action: 'retry', waitMs: 2_000 }],
  [
    'an overload that names a wait',
    { overloaded: true, retryAfterMs: 1_000 },
    { action: 'retry', waitMs: 1_000 },
  ],
  ['the last attempt', { attempt: 6 }, { action: 'give_up', stranded: false }],
  ['the only attempt', { maxAttempts: 1 }, { action: 'give_up', stranded: false }],
  ['a reset', { kind: 'network' }, { action: 'retry', waitMs: 500 }],
  ['a time-out', { kind: 'timeout' }, { action: 'retry', waitMs: 500 }],
  ['a cut stream', { kind: 'stream_cut' }, { action: 'retry', waitMs: 500 }],
  ['nonsense', { kind: 'bad_response' }, { action: 'retry', waitMs: 500 }],
  [
    'a server gone in the middle of a run',
    { kind: 'network', unreachable: true },
    { action: 'retry', waitMs: 500 },
  ],
  [
    'a server that stays away',
    { kind: 'network', unreachable: true, attempt: 6 },
    { action: 'give_up', stranded: true },
  ],
  ['no server at all', { kind: 'network', unreachable: true, answeredBefore: false }, { action: 'fatal' }],
  ['overflow', { kind: 'overflow' }, { action: 'give_up', stranded: false }],
  ['a filter', { kind: 'filtered' }, { action: 'give_up', stranded: false }],
  ['a bad request', { kind: 'rejected' }, { action: 'give_up', stranded: false }],
  ['a wrong key', { kind: 'auth' }, { action: 'fatal' }],
  ['an empty account', { kind: 'balance' }, { action: 'fatal' }],
  ['a wrong model', { kind: 'not_found' }, { action: 'fatal' }],
])('%s', (_what, more, decision) => {
  expect(decideRetry(failed(more))).toEqual(decision);
});

test('a wait is never under Retry-After, and of our own never over 120 s', () => {
  const waits = fc.record({
    attempt: fc.integer({ min: 1, max: 40 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 900_000 })),
  });
  fc.assert(
    fc.property(waits, (more) => {
      const decision = decideRetry(failed({ ...more, maxAttempts: 41 }));
      const waitMs = decision.action === 'retry' ? decision.waitMs : Number.NaN;
      expect(waitMs).toBeGreaterThanOrEqual(more.retryAfterMs ?? 0);
      expect(waitMs).toBeLessThanOrEqual(Math.max(120_000, more.retryAfterMs ?? 0));
    }),
  );
});
