import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/client/retry-after.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

test.each([
  [{}, null],
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  // A server whose clock is an hour ahead means thirty seconds all the same.
  [{ 'retry-after': 'Sun, 01 Mar 2026 13:00:30 GMT', date: 'Sun, 01 Mar 2026 13:00:00 GMT' }, 30_000],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': 'in 5 minutes' }, null],
  [{ 'retry-after': '-3' }, null],
  [{ 'x-ms-retry-after-ms': '750' }, 750],
  // Spellings of no standard that gateways use all the same.
  [{ 'retry-after': '2m59.56s' }, 179_560],
  [{ 'retry-after': '2026-03-01T12:00:07Z' }, 7_000],
  [{ 'retry-after': String(now / 1_000 + 45) }, 45_000],
])('%o', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
});
