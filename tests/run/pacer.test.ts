import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudgetGuard } from '../../src/run/budget-guard.ts';
import { createPacer } from '../../src/run/pacer.ts';

test('no sixty seconds hold more requests or tokens than allowed', () => {
  const calls = fc.array(
    fc.record({ tokens: fc.integer({ min: 1, max: 60 }), gap: fc.integer({ min: 0, max: 20_000 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 5 }), (list, requestsPerMinute) => {
      let time = 0;
      const pacer = createPacer({ requestsPerMinute, tokensPerMinute: 100 }, () => time);
      const sent = list.map(({ tokens, gap }) => {
        time += gap;
        return { at: time + pacer.reserve(tokens), tokens };
      });
      for (const [i, { at }] of sent.entries()) {
        const minute = sent.filter((call) => call.at <= at && call.at > at - 60_000);
        expect(minute.length).toBeLessThanOrEqual(requestsPerMinute);
        expect(minute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(100);
        expect(at).toBeGreaterThanOrEqual(sent[i - 1]?.at ?? 0);
      }
    }),
  );
});

test('a prompt over the limit of tokens goes out alone instead of never', () => {
  const pacer = createPacer({ requestsPerMinute: null, tokensPerMinute: 100 }, () => 0);
  expect([50, 500, 50].map((tokens) => pacer.reserve(tokens))).toEqual([0, 60_000, 120_000]);
});

test('without limits nothing waits', () => {
  const pacer = createPacer({ requestsPerMinute: null, tokensPerMinute: null }, () => 0);
  expect(Array.from({ length: 100 }, () => pacer.reserve(1e6)).every((wait) => wait === 0)).toBe(true);
});

test('a budget is never exceeded, and what was set aside too much comes back', () => {
  const guard = createBudgetGuard({ cost: 1, promptTokens: 100, minutes: null });
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toBeNull();
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toContain('100 prompt tokens');
  guard.settle({ promptTokens: 60, cost: 0.4 }, { promptTokens: 30, cost: 0.4 });
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toBeNull();
  expect(guard.reserve({ promptTokens: 1, cost: 0.4 })).toContain('$1');
});
