import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBudgetGuard } from '../../src/run/budget-guard.ts';
import { createPacer } from '../../src/run/pacer.ts';

/** When calls that come one after the other go out. */
function send(
  calls: readonly { readonly tokens: number; readonly gap: number }[],
  limits: Parameters<typeof createPacer>[0],
): { readonly at: number; readonly tokens: number }[] {
  const pacer = createPacer(limits);
  let time = 0;
  return calls.map(({ tokens, gap }) => {
    time += gap;
    time += pacer.waitMs(tokens, time);
    expect(pacer.waitMs(tokens, time)).toBe(0);
    pacer.book(tokens, time);
    return { at: time, tokens };
  });
}

const calls = (most: number) =>
  fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 60 }), gap: fc.integer({ min: 0, max: 20_000 }) }), {
    minLength: 1,
    maxLength: most,
  });

test('no sixty seconds hold more requests or tokens than allowed, and no call waits longer than that takes', () => {
  fc.assert(
    fc.property(calls(40), fc.integer({ min: 1, max: 5 }), (list, requestsPerMinute) => {
      const limits = { requestsPerMinute, tokensPerMinute: 100 };
      const sent = send(list, limits);
      const fits = (at: number, i: number): boolean => {
        const minute = [...sent.slice(0, i), { at, tokens: sent[i]?.tokens ?? 0 }].filter(
          (call) => call.at <= at && call.at > at - 60_000,
        );
        return (
          minute.length <= requestsPerMinute && minute.reduce((sum, { tokens }) => sum + tokens, 0) <= 100
        );
      };
      for (const [i, { at }] of sent.entries()) {
        expect(fits(at, i)).toBe(true);
        const came = (sent[i - 1]?.at ?? 0) + (list[i]?.gap ?? 0);
        if (at > came) expect(fits(at - 1, i)).toBe(false);
      }
    }),
  );
});

test('thousands of calls in one minute are counted as few are', () => {
  const limits = { requestsPerMinute: 3_000, tokensPerMinute: null };
  const sent = send(
    Array.from({ length: 9_000 }, () => ({ tokens: 1, gap: 1 })),
    limits,
  );
  for (const [i, { at }] of sent.entries()) {
    const before = sent[i - 3_000];
    if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(60_000);
  }
  expect(sent.at(-1)?.at).toBeLessThan(130_000);
});

test('a prompt over the limit of tokens goes out alone instead of never', () => {
  const sent = send(
    [50, 500, 50].map((tokens) => ({ tokens, gap: 0 })),
    { requestsPerMinute: null, tokensPerMinute: 100 },
  );
  expect(sent.map(({ at }) => at)).toEqual([0, 60_000, 120_000]);
});

test('without limits nothing waits', () => {
  const sent = send(
    Array.from({ length: 100 }, () => ({ tokens: 1e6, gap: 0 })),
    { requestsPerMinute: null, tokensPerMinute: null },
  );
  expect(sent.every(({ at }) => at === 0)).toBe(true);
});

test('a budget is never exceeded, and what was set aside too much comes back', () => {
  const guard = createBudgetGuard({ cost: 1, promptTokens: 100, minutes: null });
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toBeNull();
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toContain('100 prompt tokens');
  guard.settle({ promptTokens: 60, cost: 0.4 }, { promptTokens: 30, cost: 0.4 });
  expect(guard.reserve({ promptTokens: 60, cost: 0.4 })).toBeNull();
  expect(guard.reserve({ promptTokens: 1, cost: 0.4 })).toContain('$1');
});
