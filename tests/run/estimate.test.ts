import { describe, expect, test } from 'vitest';
import { addUp, costOf, highestCost } from '../../src/run/cost.ts';
import { estimateCalls } from '../../src/run/estimate.ts';
import { orderCells } from '../../src/run/order-cells.ts';
import { type CacheableCell, likelyCached, sharedTextOf } from '../../src/run/prefix-cache.ts';
import { estimateRun, type ModelLoad } from '../../src/run/run-estimate.ts';
import { row } from '../results/row-fixture.ts';

const after = { system: null, questionPosition: 'after' } as const;
const price = { input: 2, cachedInput: 0.5, output: 8, currency: 'USD' };

function gridOf(contextLengths: readonly number[], depths: readonly number[], trials = 1): CacheableCell[] {
  return contextLengths.flatMap((contextLength) =>
    depths.flatMap((depth) =>
      Array.from({ length: trials }, (_, trial) => ({
        cell: { model: 'm', task: 't', contextLength, depth, trial },
        promptTokens: contextLength,
      })),
    ),
  );
}

const depthsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i / (count - 1));

/** The share of all prompt tokens that the order lets a cache serve. */
function cachedShare(
  cells: readonly CacheableCell[],
  how: {
    readonly haystacks: 'fresh' | 'shared' | 'nested';
    readonly order?: 'random' | 'cache' | 'bust';
    readonly concurrency?: number;
    readonly questionPosition?: 'after' | 'before' | 'both';
  },
): number {
  const { haystacks, order = 'cache', concurrency = 1, questionPosition = 'after' } = how;
  const ordered = orderCells(cells, order, 7);
  const sharedText = sharedTextOf({ haystacks, prompt: { system: null, questionPosition } }, order);
  const cached = likelyCached(ordered, { sharedText, concurrency });
  for (const [i, tokens] of cached.entries()) {
    expect(tokens).toBeGreaterThanOrEqual(0);
    expect(tokens).toBeLessThanOrEqual(ordered[i]?.promptTokens ?? 0);
  }
  const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
  return sum(cached) / sum(ordered.map(({ promptTokens }) => promptTokens));
}

describe('what the order of the calls lets a prefix cache serve', () => {
  // A real server with one slot served 31 % at five depths of one length; by the sum of depths it is 30 %, and 41 % at eleven.
  test('one text, ascending depth: all depths but the largest, over their number', () => {
    expect(cachedShare(gridOf([8_000], depthsOf(5)), { haystacks: 'shared' })).toBeCloseTo(0.3, 3);
    expect(cachedShare(gridOf([8_000], depthsOf(11)), { haystacks: 'shared' })).toBeCloseTo(4.5 / 11, 3);
    expect(cachedShare(gridOf([4_000, 8_000], depthsOf(5), 3), { haystacks: 'shared' })).toBeCloseTo(0.3, 3);
  });

  test('an order that is none serves less', () => {
    const cells = gridOf([8_000], depthsOf(11));
    const random = cachedShare(cells, { haystacks: 'shared', order: 'random' });
    expect(random).toBeGreaterThan(0.1);
    expect(random).toBeLessThan(4.5 / 11);
  });

  test('a prompt that is still being read serves nobody', () => {
    const cells = gridOf([8_000], depthsOf(11));
    const shares = [1, 2, 4, 11].map((concurrency) =>
      cachedShare(cells, { haystacks: 'shared', concurrency }),
    );
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[3]).toBe(0);
    expect(new Set(shares).size).toBe(4);
  });

  test('a nested text is shared between lengths too', () => {
    const cells = gridOf([8_000, 16_000], [0.5, 1]);
    expect(cachedShare(cells, { haystacks: 'nested' })).toBeCloseTo((4_000 + 8_000 + 8_000) / 48_000, 3);
    expect(cachedShare(cells, { haystacks: 'shared' })).toBeCloseTo((4_000 + 8_000) / 48_000, 3);
  });

  test('nothing where every prompt begins otherwise', () => {
    const cells = gridOf([8_000], depthsOf(5));
    expect(cachedShare(cells, { haystacks: 'fresh' })).toBe(0);
    expect(cachedShare(cells, { haystacks: 'shared', order: 'bust' })).toBe(0);
    expect(cachedShare(cells, { haystacks: 'shared', questionPosition: 'before' })).toBe(0);
  });
});

describe('the cost', () => {
  test('is at most without cache and with whole answers, and likely with what is cached and answered', () => {
    const calls = [
      { promptTokens: 1_000_000, cachedTokens: 0 },
      { promptTokens: 1_000_000, cachedTokens: 400_000 },
    ];
    const estimate = estimateCalls(calls, { maxTokens: 100_000, price, answerTokens: 10_000 });
    expect(estimate).toMatchObject({ cells: 2, promptTokens: 2_000_000, cachedTokens: 400_000 });
    expect(estimate.completionTokens).toBe(200_000);
    expect(estimate.cost?.amount).toBeCloseTo(4 + 1.6);
    expect(estimate.cost?.likely).toBeCloseTo(3.2 + 0.2 + 0.16);
    expect(estimate.cost?.currency).toBe('USD');
    expect(estimateCalls(calls, { maxTokens: 100_000, price }).cost?.likely).toBeCloseTo(3.4 + 1.6);
    expect(estimateCalls(calls, { maxTokens: 100, price: null }).cost).toBeNull();
  });

  test('without a price for cached tokens they cost as much as others', () => {
    const calls = [{ promptTokens: 1_000_000, cachedTokens: 1_000_000 }];
    const cost = estimateCalls(calls, { maxTokens: 0, price: { ...price, cachedInput: null } }).cost;
    expect(cost?.likely).toBe(cost?.amount);
  });

  test('of a call is by its usage, and the highest is an upper bound of it', () => {
    const usage = { promptTokens: 1_000, completionTokens: 20, cachedTokens: 600 };
    expect(costOf(usage, price)).toBeCloseTo((400 * 2 + 600 * 0.5 + 20 * 8) / 1e6, 12);
    expect(costOf({ ...usage, cachedTokens: 5_000 }, price)).toBeCloseTo((1_000 * 0.5 + 160) / 1e6, 12);
    expect(costOf({ ...usage, promptTokens: null }, price)).toBeNull();
    expect(highestCost(1_000, 20, price)).toBeGreaterThan(costOf(usage, price) ?? 1);
  });

  test('currencies are never added to each other', () => {
    const amounts = [
      { amount: 1, currency: 'CNY' },
      { amount: 2, currency: 'USD' },
      { amount: 3, currency: 'CNY' },
    ];
    expect(addUp(amounts)).toEqual([
      { currency: 'CNY', amount: 4 },
      { currency: 'USD', amount: 2 },
    ]);
  });
});

describe('the estimate of a run', () => {
  const execution = { concurrency: 2, requestsPerMinute: null, tokensPerMinute: null };
  const load = (model: string, more: Partial<ModelLoad> = {}): ModelLoad => ({
    model,
    endpoint: 0,
    cells: gridOf([1_000, 9_000], [0, 1], 5).map(({ cell, ...rest }) => ({
      ...rest,
      cell: { ...cell, model },
    })),
    maxTokens: 100,
    price,
    sharedText: sharedTextOf({ haystacks: 'fresh', prompt: after }, 'random'),
    ...more,
  });
  const rowsOf = (model: string, msOf: (contextLength: number) => number) =>
    [1_000, 3_000, 9_000].map((contextLength) => {
      const { completion, cell, ...rest } = row(`${model} ${contextLength}`);
      if (completion === null) throw new Error('expected an answer');
      const answer = { ...completion, latencyMs: msOf(contextLength) };
      return { ...rest, cell: { ...cell, model, contextLength }, completion: answer };
    });

  test('adds models up, a currency at a time, and names those without a price', () => {
    const loads = [
      load('a'),
      load('b', { price: { ...price, currency: 'CNY' } }),
      load('c', { price: null }),
      load('d', { cells: [] }),
    ];
    const estimate = estimateRun(loads, { execution, rows: [] });
    expect(estimate).toMatchObject({ cells: 60, promptTokens: 300_000, cachedTokens: 0, unpriced: ['c'] });
    const amount = (100_000 * 2 + 20 * 100 * 8) / 1e6;
    expect(estimate.costs.map(({ currency }) => currency)).toEqual(['USD', 'CNY']);
    for (const cost of estimate.costs) expect(cost.amount).toBeCloseTo(amount, 9);
  });

  test('has no time before a model has spoken, and then the time of its calls at the concurrency of the run', () => {
    const rows = rowsOf('a', (n) => 1_000 + n);
    expect(estimateRun([load('a')], { execution, rows: [] }).ms).toBeNull();
    expect(estimateRun([load('a'), load('b')], { execution, rows }).ms).toBeNull();
    // Ten calls of 2 s and ten of 10 s, two at a time.
    const { ms } = estimateRun([load('a')], { execution, rows });
    expect(ms).toBeGreaterThan(55_000);
    expect(ms).toBeLessThan(65_000);
  });

  test('asks endpoints side by side, and models of one endpoint after each other', () => {
    const rows = [...rowsOf('a', (n) => 1_000 + n), ...rowsOf('b', (n) => 1_000 + n)];
    const ms = (endpoint: number) =>
      estimateRun([load('a'), load('b', { endpoint })], { execution, rows }).ms ?? 0;
    expect(ms(0) / ms(1)).toBeCloseTo(2, 0);
  });

  test('is bounded by the limits a minute, known before any call', () => {
    const limited = { ...execution, requestsPerMinute: 5 };
    expect(estimateRun([load('a')], { execution: limited, rows: [] })).toMatchObject({
      ms: null,
      leastMs: 180_000,
    });
    const rows = rowsOf('a', () => 10);
    expect(estimateRun([load('a')], { execution: limited, rows }).ms).toBe(180_000);
  });

  test('takes answers to be as long as those before', () => {
    const rows = rowsOf('a', () => 10);
    const [cost] = estimateRun([load('a')], { execution, rows }).costs;
    expect(cost?.likely).toBeCloseTo((100_000 * 2 + 20 * 9 * 8) / 1e6, 9);
  });
});
