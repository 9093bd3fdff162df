import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type CallEnd,
  createEndpointPool,
  type EndpointPool,
  type EndpointPoolOptions,
  type Pass,
} from '../../src/run/endpoint-pool.ts';

// The clock and the timers of these tests are the test's own: minutes pass at once.
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const answered: CallEnd = { kind: 'answered' };
const failed: CallEnd = { kind: 'failed' };
const turnedAway = (retryAfterMs: number | null = null): CallEnd => ({ kind: 'turned_away', retryAfterMs });
const never = new AbortController().signal;
setMaxListeners(0, never);

function poolOf(options: Partial<EndpointPoolOptions> = {}): EndpointPool {
  return createEndpointPool({
    concurrency: 4,
    requestsPerMinute: null,
    tokensPerMinute: null,
    now: () => Date.now(),
    ...options,
  });
}

/** Calls that were asked for: those that may go out, in order. */
function callers(pool: EndpointPool): {
  readonly inside: Pass[];
  readonly waits: number[];
  readonly ask: (count: number, tokens?: number) => Promise<void>;
} {
  const inside: Pass[] = [];
  const waits: number[] = [];
  return {
    inside,
    waits,
    ask: async (count, tokens = 100) => {
      for (let i = 0; i < count; i++) {
        void pool
          .enter(tokens, never, (ms) => waits.push(ms))
          .then((pass) => {
            if (pass !== null) inside.push(pass);
          });
      }
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

async function leaveAll(inside: Pass[], end: CallEnd): Promise<void> {
  for (const pass of inside.splice(0)) pass.leave(end);
  await vi.advanceTimersByTimeAsync(0);
}

test('as many calls as configured go at once, first come first served', async () => {
  const pool = poolOf({ concurrency: 2 });
  const order: number[] = [];
  const passes: Pass[] = [];
  for (let i = 0; i < 5; i++) {
    void pool.enter(100, never).then((pass) => {
      order.push(i);
      if (pass !== null) passes.push(pass);
    });
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual([0, 1]);
  for (const more of [2, 3, 4]) {
    passes.shift()?.leave(failed);
    await vi.advanceTimersByTimeAsync(0);
    expect(order.at(-1)).toBe(more);
  }
});

test('however many of a flight are turned away, calls at once halve once, down to one', async () => {
  const pool = poolOf({ concurrency: 32 });
  const { inside, ask } = callers(pool);
  await ask(200);
  expect(inside).toHaveLength(32);
  for (const left of [16, 8, 4, 2, 1, 1, 1]) {
    await leaveAll(inside, turnedAway());
    expect(pool.calls()).toBe(left);
    expect(inside).toHaveLength(left);
  }
});

test('a call of an earlier flight that is turned away late halves nothing more', async () => {
  const pool = poolOf({ concurrency: 8 });
  const { inside, ask } = callers(pool);
  await ask(40);
  const [first, ...others] = inside.splice(0);
  first?.leave(turnedAway());
  expect(pool.calls()).toBe(4);
  for (const pass of others) pass.leave(turnedAway());
  expect(pool.calls()).toBe(4);
  await vi.advanceTimersByTimeAsync(0);
  expect(inside).toHaveLength(4);
  inside.shift()?.leave(turnedAway());
  expect(pool.calls()).toBe(2);
});

test('answers let it grow back by one at a time, and never above what is configured', async () => {
  const pool = poolOf({ concurrency: 4 });
  const { inside, ask } = callers(pool);
  await ask(4);
  await leaveAll(inside, turnedAway());
  const grown: number[] = [];
  for (let i = 0; i < 60; i++) {
    const before = pool.calls();
    await ask(1);
    await leaveAll(inside, answered);
    if (pool.calls() !== before) grown.push(pool.calls());
  }
  expect(grown).toEqual([3, 4]);
});

test('failures of another kind neither halve nor grow', async () => {
  const pool = poolOf({ concurrency: 4 });
  const { inside, ask } = callers(pool);
  await ask(4);
  await leaveAll(inside, failed);
  expect(pool.calls()).toBe(4);
  await ask(4);
  await leaveAll(inside, turnedAway());
  for (let i = 0; i < 100; i++) {
    await ask(1);
    await leaveAll(inside, failed);
  }
  expect(pool.calls()).toBe(2);
});

test('a wait that one call is told holds for all of them', async () => {
  const pool = poolOf();
  const { inside, waits, ask } = callers(pool);
  await ask(1);
  await leaveAll(inside, turnedAway(30_000));
  await ask(2);
  expect(waits).toEqual([30_000, 30_000]);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(inside).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(inside).toHaveLength(2);
});

test('a wait of a day is no reason to keep the others for a day', async () => {
  const { inside, waits, ask } = callers(poolOf());
  await ask(1);
  await leaveAll(inside, turnedAway(86_400_000));
  await ask(1);
  expect(inside).toHaveLength(1);
  expect(waits).toEqual([]);
});

test('nothing goes out while the endpoint says that no request is left, until its reset, and a minute at most', async () => {
  const { inside, ask } = callers(poolOf());
  for (const [resetMs, heldMs] of [
    [20_000, 20_000],
    [86_400_000, 60_000],
  ] as const) {
    await ask(1);
    inside[0]?.learn({ requests: { remaining: 0, resetMs }, tokens: null });
    await leaveAll(inside, answered);
    await ask(1);
    await vi.advanceTimersByTimeAsync(heldMs - 1);
    expect(inside).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(inside).toHaveLength(1);
    await leaveAll(inside, answered);
  }
});

test('the tokens that are left bound what is sent after the call that told of them', async () => {
  const { inside, ask } = callers(poolOf({ concurrency: 8 }));
  await ask(2, 1_000);
  const [first] = inside;
  // 1,000 of the 2,500 are the second call's, which the endpoint may not have counted yet.
  first?.learn({ requests: null, tokens: { remaining: 2_500, resetMs: 40_000 } });
  await ask(3, 700);
  expect(inside).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(39_999);
  expect(inside).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(1);
  expect(inside).toHaveLength(5);
});

test('without a word on the reset only an answer can tell more, and one call is always dared', async () => {
  const { inside, ask } = callers(poolOf());
  await ask(1);
  inside[0]?.learn({ requests: null, tokens: { remaining: 0, resetMs: null } });
  await ask(2);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(inside).toHaveLength(1);
  await leaveAll(inside, answered);
  expect(inside).toHaveLength(1);
  inside[0]?.learn({ requests: null, tokens: { remaining: 1_000, resetMs: null } });
  await leaveAll(inside, answered);
  expect(inside).toHaveLength(1);
});

test('an old answer does not overrule a newer one', async () => {
  const { inside, ask } = callers(poolOf({ concurrency: 8 }));
  await ask(2);
  const [older, newer] = inside;
  newer?.learn({ requests: { remaining: 50, resetMs: 10_000 }, tokens: null });
  older?.learn({ requests: { remaining: 0, resetMs: 10_000 }, tokens: null });
  await ask(3);
  expect(inside).toHaveLength(5);
});

test('a run that halts leaves nobody waiting, and gives up no other one', async () => {
  const pool = poolOf({ concurrency: 1 });
  const halt = new AbortController();
  const passes: (Pass | null)[] = [];
  const enter = (signal: AbortSignal): void => {
    void pool.enter(100, signal).then((pass) => passes.push(pass));
  };
  enter(never);
  enter(halt.signal);
  enter(never);
  await vi.advanceTimersByTimeAsync(0);
  halt.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(passes.map((pass) => pass === null)).toEqual([false, true]);
  passes[0]?.leave(answered);
  await vi.advanceTimersByTimeAsync(0);
  expect(passes.map((pass) => pass === null)).toEqual([false, true, false]);
  enter(halt.signal);
  await vi.advanceTimersByTimeAsync(0);
  expect(passes.at(-1)).toBeNull();
});

test('whatever the endpoint takes, no more go at once than configured, limits a minute hold, and all calls end', async () => {
  const worlds = fc.record({
    concurrency: fc.integer({ min: 1, max: 12 }),
    capacity: fc.integer({ min: 1, max: 12 }),
    requestsPerMinute: fc.option(fc.integer({ min: 5, max: 60 })),
    tokensPerMinute: fc.option(fc.integer({ min: 500, max: 20_000 })),
    calls: fc.array(
      fc.record({ tokens: fc.integer({ min: 1, max: 900 }), ms: fc.integer({ min: 1, max: 5_000 }) }),
      { minLength: 1, maxLength: 60 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(worlds, async ({ concurrency, capacity, calls, ...perMinute }) => {
      vi.setSystemTime(0);
      const pool = poolOf({ concurrency, ...perMinute });
      const sent: { at: number; tokens: number }[] = [];
      let open = 0;
      let most = 0;
      const call = async ({ tokens, ms }: { tokens: number; ms: number }): Promise<number> => {
        for (let attempts = 1; ; attempts++) {
          const pass = await pool.enter(tokens, never);
          if (pass === null) throw new Error('nobody halted');
          sent.push({ at: Date.now(), tokens });
          most = Math.max(most, ++open);
          const taken = open <= capacity;
          if (taken) await new Promise((resolve) => setTimeout(resolve, ms));
          open--;
          pass.leave(taken ? answered : turnedAway());
          if (taken) return attempts;
          await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** attempts));
        }
      };
      const all = Promise.all(calls.map(call));
      await vi.runAllTimersAsync();
      await all;
      expect(most).toBeLessThanOrEqual(concurrency);
      const { requestsPerMinute, tokensPerMinute } = perMinute;
      for (const { at } of sent) {
        const minute = sent.filter((other) => other.at <= at && other.at > at - 60_000);
        expect(minute.length).toBeLessThanOrEqual(requestsPerMinute ?? Number.POSITIVE_INFINITY);
        const tokens = minute.reduce((sum, other) => sum + other.tokens, 0);
        if (minute.length > 1)
          expect(tokens).toBeLessThanOrEqual(tokensPerMinute ?? Number.POSITIVE_INFINITY);
      }
    }),
    { numRuns: 60 },
  );
});
