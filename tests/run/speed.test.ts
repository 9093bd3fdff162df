import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitSpeed } from '../../src/run/speed.ts';
import { seenIn, speedByLength } from '../../src/run/speed-calls.ts';
import { paceMs } from '../../src/run/speed-estimate.ts';
import { offOf, timeToFinish } from '../../src/run/speed-schedule.ts';
import { watchSpeed } from '../../src/run/speed-watch.ts';
import { row } from '../results/row-fixture.ts';
import { noise, simulate, startedWith } from './simulated-run.ts';

const lengths = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
const callsOf = (speed: (tokens: number) => number, factor: () => number = () => 1) =>
  lengths.flatMap((tokens) => Array.from({ length: 6 }, () => ({ tokens, ms: speed(tokens) * factor() })));

describe('fitSpeed', () => {
  test.each([
    ['affine', (n: number) => 400 + n * 0.2],
    ['constant', () => 1_500],
    ['proportional', (n: number) => n * 0.25],
    ['quadratic', (n: number) => 300 + n * 0.05 + n * n * 2.5e-6],
  ])('finds an %s law again, four times beyond what was seen', (_name, speed) => {
    const found = fitSpeed(callsOf(speed, noise(0.1, _name)));
    for (const tokens of [...lengths, 64_000, 128_000]) {
      const off = (found?.(tokens) ?? 0) / speed(tokens);
      expect(off).toBeGreaterThan(0.75);
      expect(off).toBeLessThan(1.33);
    }
  });

  test('a few calls that hung bend no fit', () => {
    const calls = callsOf((n) => 400 + n * 0.2);
    const hung = calls.map((call, i) => (i % 12 === 5 ? { ...call, ms: call.ms + 600_000 } : call));
    expect(fitSpeed(hung)?.(16_000)).toBeGreaterThan(2_700);
    expect(fitSpeed(hung)?.(16_000)).toBeLessThan(4_800);
  });

  test('nothing is known of no calls; of one length half is taken to grow', () => {
    expect(fitSpeed([])).toBeNull();
    const found = fitSpeed([{ tokens: 1_000, ms: 500 }]);
    expect(found?.(1_000)).toBeCloseTo(500);
    expect(found?.(3_000)).toBeCloseTo(1_000);
  });

  test('whatever was seen, a longer call is expected to take at least as long, and no time is negative', () => {
    const calls = fc.array(
      fc.record({ tokens: fc.integer({ min: 0, max: 1_000_000 }), ms: fc.integer({ min: 0, max: 600_000 }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(calls, (list) => {
        const found = fitSpeed(list);
        let before = 0;
        for (const tokens of [0, 1, 500, 8_000, 128_000, 1_000_000]) {
          const ms = found?.(tokens) ?? Number.NaN;
          expect(Number.isFinite(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(before * (1 - 1e-9));
          before = ms;
        }
      }),
    );
  });
});

describe('speedByLength', () => {
  test('what the cache served took no time, and is expected to serve the rest alike', () => {
    const calls = [4_000, 8_000, 16_000].map((contextLength) => ({
      contextLength,
      readShare: 0.5,
      ms: 200 + contextLength * 0.5 * 0.2,
    }));
    expect(speedByLength(calls)?.(32_000)).toBeCloseTo(200 + 3_200, -3);
  });

  test('a call that has run far over its time is believed', () => {
    const calls = [1_000, 2_000].map((contextLength) => ({ contextLength, readShare: 1, ms: 500 }));
    const before = speedByLength(calls)?.(64_000) ?? 0;
    const running = [{ contextLength: 64_000, elapsedMs: 60_000 }];
    expect(speedByLength(calls, running)?.(64_000)).toBeGreaterThan(before * 3);
  });

  test('rows without a time of their own, imported ones, tell nothing', () => {
    const { completion } = row('a');
    if (completion === null) throw new Error('expected an answer');
    const { latencyMs: _, ...imported } = completion;
    expect(seenIn([row('a', { completion: imported }), row('b', { completion: null })])).toEqual([]);
    expect(seenIn([row('c')])).toEqual([{ contextLength: 8_000, readShare: 1, ms: 260 }]);
  });
});

describe('timeToFinish', () => {
  const even = { running: [], offs: [] };

  test('deals calls to the slot that is free first', () => {
    expect(timeToFinish({ ...even, waiting: [10, 10, 10, 10], slots: 2 })).toBe(20);
    expect(timeToFinish({ ...even, waiting: [1, 1, 1, 100], slots: 4 })).toBe(100);
    expect(timeToFinish({ ...even, waiting: [100, 1, 1, 1], slots: 2 })).toBe(100);
    const running = [{ expectedMs: 50, elapsedMs: 20 }];
    expect(timeToFinish({ running, offs: [], waiting: [10, 10], slots: 1 })).toBe(50);
  });

  test('calls under way beyond the slots free none when they end', () => {
    const running = [10, 20, 30, 40].map((expectedMs) => ({ expectedMs, elapsedMs: 0 }));
    expect(timeToFinish({ running, offs: [], waiting: [5], slots: 2 })).toBe(40);
    expect(timeToFinish({ running, offs: [], waiting: [50], slots: 2 })).toBe(80);
  });

  test('thousands of calls come to their sum over the slots', () => {
    const waiting = Array.from({ length: 5_000 }, (_, i) => 1_000 + (i % 7));
    const sum = waiting.reduce((total, ms) => total + ms, 0);
    expect(timeToFinish({ ...even, waiting, slots: 4 }) / (sum / 4)).toBeCloseTo(1, 3);
  });

  test('uneven calls end later than even ones, and a hiccup does not grow with the call', () => {
    const waiting = Array<number>(64).fill(1_000);
    const offs = [0.5, 1, 1, 1.5].map((ratio) => ({ ratio, extraMs: 0 }));
    const even32 = timeToFinish({ ...even, waiting, slots: 32 });
    expect(timeToFinish({ running: [], offs, waiting, slots: 32 })).toBeGreaterThan(even32);
    expect(offOf(1_400, 1_000)).toEqual({ ratio: 1.4, extraMs: 0 });
    expect(offOf(61_000, 1_000)).toEqual({ ratio: 1, extraMs: 60_000 });
  });

  test('a call that is over its time needs some more, never less than nothing', () => {
    const running = [{ expectedMs: 1_000, elapsedMs: 30_000 }];
    const offs = [{ ratio: 1.1, extraMs: 0 }];
    expect(timeToFinish({ running, offs, waiting: [], slots: 1 })).toBeGreaterThan(1_000);
  });
});

test('limits a minute: the first minute goes out at once', () => {
  const limits = { requestsPerMinute: 10, tokensPerMinute: null };
  expect(paceMs({ requests: 10, tokens: 1 }, limits)).toBe(0);
  expect(paceMs({ requests: 11, tokens: 1 }, limits)).toBe(60_000);
  expect(paceMs({ requests: 1, tokens: 5_000 }, { requestsPerMinute: null, tokensPerMinute: 1_000 })).toBe(
    240_000,
  );
});

describe('watchSpeed', () => {
  const noLimits = { requestsPerMinute: null, tokensPerMinute: null };
  const contextLengths = [1_000, 8_000, 1_000, 8_000, 1_000, 8_000, 64_000, 64_000];
  const moments = simulate({ contextLengths, callMs: (n) => n, slots: () => 1 });

  test('says nothing before three cells are settled', () => {
    const watch = watchSpeed(noLimits);
    let settled = 0;
    for (const { event, atMs } of moments) {
      watch.onEvent(event, atMs);
      if (event.type === 'result') settled++;
      expect(watch.leftMs(atMs) === null).toBe(settled < 3);
    }
    expect(settled).toBe(8);
    expect(watch.leftMs(1e9)).toBe(0);
  });

  test('longer cells than one that was refused take as long as refusing does', () => {
    const watch = watchSpeed(noLimits);
    for (const { event, atMs } of moments.slice(0, -4)) watch.onEvent(event, atMs);
    const last = moments.at(-5);
    const before = watch.leftMs(last?.atMs ?? 0) ?? 0;
    expect(before).toBeGreaterThan(50_000);
    const { event } = moments.find((moment) => moment.event.type === 'result') ?? {};
    if (event?.type !== 'result') throw new Error('expected a result');
    const cell = { ...event.result.cell, contextLength: 64_000, trial: 6 };
    const refused = {
      ...event.result,
      cell,
      completion: null,
      outcome: 'unscored',
      reason: 'overflow',
    } as const;
    watch.onEvent({ type: 'result', result: refused }, (last?.atMs ?? 0) + 20);
    expect(watch.leftMs((last?.atMs ?? 0) + 20)).toBeLessThan(100);
  });

  test('cells of a model that is given up, or of a run that ends, are not waited for', () => {
    const stopping = { type: 'stopping', why: 'fatal', message: 'no' } as const;
    for (const model of ['m', 'other', undefined]) {
      const watch = watchSpeed(noLimits);
      for (const { event, atMs } of moments.slice(0, 12)) watch.onEvent(event, atMs);
      const nowMs = moments[11]?.atMs ?? 0;
      const before = watch.leftMs(nowMs) ?? 0;
      watch.onEvent(model === undefined ? stopping : { ...stopping, model }, nowMs);
      const after = watch.leftMs(nowMs) ?? 0;
      if (model === 'other') expect(after).toBe(before);
      else expect(after).toBeLessThan(before / 2);
    }
  });

  test('endpoints are asked side by side: the one that takes longest ends the run', () => {
    const two = startedWith([1_000, 1_000, 1_000, 1_000, 1_000]);
    const left = (endpoint: number): number => {
      const watch = watchSpeed(noLimits);
      const toAsk = [...two.toAsk, { model: 'n', endpoint, contextLengths: [1_000, 1_000, 1_000, 1_000] }];
      const [, ...calls] = simulate({
        contextLengths: [1_000, 1_000, 1_000],
        callMs: () => 500,
        slots: () => 1,
      });
      watch.onEvent({ ...two, toAsk }, 0);
      for (const { event, atMs } of calls) watch.onEvent(event, atMs);
      return watch.leftMs(1_500) ?? Number.NaN;
    };
    expect(left(0)).toBeCloseTo(3_000, -2);
    expect(left(1)).toBeCloseTo(2_000, -2);
  });
});
