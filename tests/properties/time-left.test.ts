import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { watchSpeed } from '../../src/run/speed-watch.ts';
import { type Moment, mixedGrid, noise, type Simulation, simulate } from '../run/simulated-run.ts';

type Limits = Parameters<typeof watchSpeed>[0];

const noLimits: Limits = { requestsPerMinute: null, tokensPerMinute: null };

interface Seen {
  /** What was told over what was true. */
  readonly ratio: number;
  readonly leftMs: number;
  /** Whether cells were still waiting for a slot. */
  readonly waiting: boolean;
}

/** What the watch tells from `from` of the prompt tokens on, at even moments of the run. */
function watched(moments: readonly Moment[], { from = 0.2, limits = noLimits, looks = 60 } = {}): Seen[] {
  const endMs = moments.at(-1)?.atMs ?? 0;
  const watch = watchSpeed(limits);
  const lengths = moments.flatMap(({ event }) => (event.type === 'started' ? event.toAsk : []));
  const allTokens = lengths
    .flatMap(({ contextLengths }) => contextLengths)
    .reduce((sum, length) => sum + length, 0);
  let tokens = 0;
  let next = 0;
  const seen: Seen[] = [];
  for (let look = 1; look < looks; look++) {
    const nowMs = (endMs * look) / looks;
    for (let moment = moments[next]; moment !== undefined && moment.atMs <= nowMs; moment = moments[++next]) {
      watch.onEvent(moment.event, moment.atMs);
      if (moment.event.type === 'result') tokens += moment.event.result.cell.contextLength;
    }
    if (tokens < from * allTokens) continue;
    const told = watch.leftMs(nowMs) ?? Number.NaN;
    const waiting = moments.slice(next).some(({ event }) => event.type === 'taken');
    seen.push({ ratio: told / (endMs - nowMs), leftMs: endMs - nowMs, waiting });
  }
  return seen;
}

function shareRight(seen: readonly Seen[]): number {
  return seen.filter(({ ratio }) => ratio >= 0.5 && ratio <= 2).length / seen.length;
}

const speeds = {
  affine: (tokens: number) => 400 + tokens * 0.2,
  'nearly flat': (tokens: number) => 1_500 + tokens * 0.01,
  quadratic: (tokens: number) => 300 + tokens * 0.05 + tokens ** 2 * 2.5e-6,
} as const;

/** All that is told of 264 mixed cells, `slots` at a time, over speeds, orders and noise. */
function toldAt(slots: number): Seen[] {
  const known = told.get(slots);
  if (known !== undefined) return known;
  const seen: Seen[] = [];
  for (const [name, speed] of Object.entries(speeds)) {
    for (const order of ['random', 'ascending'] as const) {
      for (const sigma of [0.05, 0.2]) {
        const factor = noise(sigma, name, order, slots);
        const contextLengths = mixedGrid(33, order, randomStream(1, name, order, slots));
        const callMs: Simulation['callMs'] = (tokens) => speed(tokens) * factor();
        seen.push(...watched(simulate({ contextLengths, callMs, slots: () => slots })));
      }
    }
  }
  told.set(slots, seen);
  return seen;
}

const told = new Map<number, Seen[]>();

describe('from a fifth of the tokens on the time left is right within a factor of two', () => {
  test.each([1, 4, 16, 32])('while cells wait, %i at a time', (slots) => {
    // The last calls of a run end when they end: only while others wait does their noise even out.
    const waiting = toldAt(slots).filter((each) => each.waiting);
    expect(waiting.length).toBeGreaterThan(250);
    expect(shareRight(waiting)).toBeGreaterThan(0.99);
  });

  test('in 95 % of all moments, the last call of each run included', () => {
    const seen = [1, 4, 16, 32].flatMap(toldAt);
    expect(seen.length).toBeGreaterThan(1_500);
    expect(shareRight(seen)).toBeGreaterThan(0.95);
  });
});

describe('what makes calls take another time than their length tells', () => {
  const cells = mixedGrid(20, 'random', randomStream(2, 'cells'));
  const usual: Simulation = {
    contextLengths: cells,
    callMs: (tokens) => speeds.affine(tokens),
    slots: () => 4,
  };

  test.each<[string, Partial<Simulation>]>([
    [
      'a server that halves its speed',
      { callMs: (n, { atMs }) => speeds.affine(n) * (atMs > 90_000 ? 2 : 1) },
    ],
    ['a run that goes on with half its slots', { slots: (atMs) => (atMs < 60_000 ? 8 : 4) }],
    [
      'prompts that the cache serves in part',
      { cachedShare: (i) => (i % 5) / 6, callMs: (n, { i }) => speeds.affine(n * (1 - (i % 5) / 6)) },
    ],
    [
      'a call in fifty that hangs for a minute',
      { callMs: (n, { i }) => speeds.affine(n) + (i % 50 === 25 ? 60_000 : 0) },
    ],
  ])('%s', (_what, more) => {
    const seen = watched(simulate({ ...usual, ...more })).filter(({ waiting }) => waiting);
    expect(seen.length).toBeGreaterThan(25);
    expect(shareRight(seen)).toBeGreaterThan(0.95);
  });

  test('limits a minute, whose first minute goes out at once', () => {
    for (const order of ['random', 'ascending'] as const) {
      const sent: number[] = [];
      const moments = simulate({
        contextLengths: mixedGrid(20, order, randomStream(3, order)),
        callMs: (tokens) => 300 + tokens * 0.01,
        slots: () => 16,
        sentAt: (atMs) => {
          const free = sent.length < 20 ? 0 : (sent.at(-20) as number) + 60_000;
          sent.push(Math.max(atMs, free));
          return sent.at(-1) as number;
        },
      });
      const limits = { requestsPerMinute: 20, tokensPerMinute: null };
      // In the last minute only the calls that are out tell when it ends.
      const seen = watched(moments, { limits, from: 0.01 }).filter(({ leftMs }) => leftMs > 60_000);
      expect(seen.length).toBeGreaterThan(25);
      expect(shareRight(seen)).toBeGreaterThan(0.95);
    }
  });
});
