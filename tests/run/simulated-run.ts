import { type Random, randomStream } from '../../src/core/random.ts';
import type { RunEvent } from '../../src/run/job.ts';
import { row } from '../results/row-fixture.ts';

/** A run without an endpoint: its calls take as long as it is told, on a clock of its own. */
export interface Simulation {
  /** In the order of the calls. */
  readonly contextLengths: readonly number[];
  /** What the i-th call takes, sent at `atMs`. */
  readonly callMs: (contextLength: number, call: { readonly i: number; readonly atMs: number }) => number;
  /** Calls at a time. */
  readonly slots: (atMs: number) => number;
  /** When a call that a slot has taken at `atMs` goes out. @default at once */
  readonly sentAt?: (atMs: number) => number;
  /** The share of the i-th prompt that the cache serves. @default 0 */
  readonly cachedShare?: (i: number) => number;
}

export interface Moment {
  readonly atMs: number;
  readonly event: RunEvent;
}

/** The events of a simulated run of the model `m`, by time. */
export function simulate(simulation: Simulation): readonly Moment[] {
  const { contextLengths, slots, callMs, sentAt = (atMs) => atMs, cachedShare = () => 0 } = simulation;
  const moments: Moment[] = [{ atMs: 0, event: startedWith(contextLengths) }];
  const running: { readonly endMs: number; readonly i: number }[] = [];
  let atMs = 0;
  let next = 0;
  while (next < contextLengths.length || running.length > 0) {
    while (next < contextLengths.length && running.length < slots(atMs)) {
      const i = next++;
      const contextLength = contextLengths[i] as number;
      const { key, cell } = simulatedRow(i, { contextLength, cachedShare: 0 });
      const sentMs = sentAt(atMs);
      const promptTokens = contextLength;
      moments.push({ atMs, event: { type: 'taken', key, cell, promptTokens } });
      if (sentMs > atMs)
        moments.push({ atMs, event: { type: 'waiting', cell, attempt: 1, waitMs: sentMs - atMs } });
      moments.push({ atMs: sentMs, event: { type: 'request', cell, attempt: 1, promptTokens } });
      running.push({ endMs: sentMs + callMs(contextLength, { i, atMs: sentMs }), i });
    }
    running.sort((a, b) => a.endMs - b.endMs);
    const ended = running.shift();
    if (ended === undefined) break;
    atMs = ended.endMs;
    const contextLength = contextLengths[ended.i] as number;
    const result = simulatedRow(ended.i, { contextLength, cachedShare: cachedShare(ended.i) });
    moments.push({ atMs, event: { type: 'result', result } });
  }
  return moments.sort((a, b) => a.atMs - b.atMs);
}

/** What a simulated run begins with. */
export function startedWith(contextLengths: readonly number[]): RunEvent & { type: 'started' } {
  const promptTokens = contextLengths.reduce((sum, length) => sum + length, 0);
  return {
    type: 'started',
    cells: contextLengths.length,
    done: 0,
    promptTokens,
    highestCostUsd: null,
    toAsk: [{ model: 'm', endpoint: 0, contextLengths }],
    estimate: {
      cells: contextLengths.length,
      promptTokens,
      cachedTokens: 0,
      completionTokens: 0,
      costs: [],
      unpriced: [],
      ms: null,
      leastMs: 0,
    },
    spent: { promptTokens: 0, cost: 0 },
  };
}

/** A grid of eight lengths from 1K to 128K, `perLength` cells each. */
export function mixedGrid(perLength: number, order: 'random' | 'ascending', random: Random): number[] {
  const lengths = [1, 2, 4, 8, 16, 32, 64, 128].flatMap((k) => Array<number>(perLength).fill(k * 1_000));
  return order === 'random' ? random.shuffle(lengths) : lengths;
}

/** Log-normal noise with a mean of 1 and a standard deviation of about `sigma`. */
export function noise(sigma: number, ...names: readonly (string | number)[]): () => number {
  const random = randomStream(1, 'noise', ...names);
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
    return Math.exp(sigma * normal - sigma ** 2 / 2);
  };
}

function simulatedRow(
  i: number,
  { contextLength, cachedShare }: { readonly contextLength: number; readonly cachedShare: number },
) {
  const usage = {
    promptTokens: contextLength,
    completionTokens: 9,
    cachedTokens: Math.floor(contextLength * cachedShare),
  };
  const { completion, ...rest } = row(`cell-${i}`);
  if (completion === null) throw new Error('expected an answered row');
  return {
    ...rest,
    cell: { model: 'm', task: 'niah_single', contextLength, depth: 0.5, trial: i },
    completion: { ...completion, usage },
  };
}
