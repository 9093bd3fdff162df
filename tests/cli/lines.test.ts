import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountText, money, share } from '../../src/cli/figures.ts';
import { plainText } from '../../src/cli/plain-text.ts';
import { estimateLines } from '../../src/cli/plan-lines.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { summaryLines } from '../../src/cli/summary-lines.ts';
import { verboseLine } from '../../src/cli/verbose.ts';
import type { RunSummary } from '../../src/run/job.ts';
import type { RunEstimate } from '../../src/run/run-estimate.ts';
import { startedWith } from '../run/simulated-run.ts';

const usd = { currency: 'USD', amount: 0.47, likely: 0.31 };
const cny = { currency: 'CNY', amount: 3.2, likely: 3.2 };
const estimateOf = (more: Partial<RunEstimate> = {}): RunEstimate => ({
  ...startedWith([1_000, 9_000]).estimate,
  ...more,
});
const noBudget = { cost: null, promptTokens: null, minutes: null };

describe('before the first call', () => {
  const lines = (
    more: Partial<RunEstimate>,
    {
      budget = noBudget,
      spent = 0,
    }: { readonly budget?: typeof noBudget | object; readonly spent?: number } = {},
  ): string[] =>
    estimateLines(
      { ...startedWith([1_000, 9_000]), estimate: estimateOf(more), spent: { cost: spent, promptTokens: 0 } },
      { trials: 3, budget: { ...noBudget, ...budget } },
    );

  test('cells, tokens, and a time that nobody knows', () => {
    expect(lines({})).toEqual([
      '2 of 2 cells to ask · about 10K prompt tokens',
      'time: unknown until the first answers',
    ]);
  });

  test('the cost as a range where a cache may serve part of the prompts, in every currency', () => {
    expect(lines({ costs: [usd, cny], cachedTokens: 4_000, unpriced: ['free'] })[1]).toBe(
      'cost: at most $0.4700 + CNY 3.20, likely about $0.3100 + CNY 3.20 (40 % of the prompts cached); no price is known of free',
    );
    expect(lines({ costs: [cny] })[1]).toBe('cost: at most CNY 3.20');
  });

  test('the time by earlier rows, or by the limits a minute', () => {
    expect(lines({ ms: 720_000 }).at(-1)).toBe('time: about 12 min, as fast as the calls before');
    expect(lines({ leastMs: 180_000 }).at(-1)).toBe('time: at least 3 min by the limits a minute');
  });

  test('what the budget holds, what of it is used, and whether it may end the run', () => {
    const costs = [usd];
    expect(lines({ costs }, { budget: { cost: 5 }, spent: 1 }).at(-1)).toBe(
      'budget: $5.00 for the whole run, $1.00 used by earlier commands',
    );
    expect(lines({ costs }, { budget: { cost: 0.4 } }).at(-1)).toBe(
      'budget: $0.4000 for the whole run; it may end the run',
    );
    expect(lines({ costs }, { budget: { promptTokens: 9_000 } }).at(-1)).toBe(
      'budget: 9K prompt tokens for the whole run; it ends the run',
    );
  });

  test('nothing about calls where none is left', () => {
    const done = { ...startedWith([]), cells: 4, done: 4 };
    expect(estimateLines(done, { trials: 1, budget: noBudget })).toEqual([
      '0 of 4 cells to ask · about 0 prompt tokens · 1 trial a cell: preview only',
    ]);
  });
});

describe('at the end', () => {
  const summaryOf = (
    more: Partial<RunSummary> = {},
    actual: Partial<RunSummary['actual']> = {},
  ): RunSummary => ({
    planned: 12,
    skipped: 2,
    scored: 11,
    unscored: 1,
    failed: 0,
    missing: 0,
    promptTokens: 9_900,
    completionTokens: 90,
    costUsd: 0.31,
    elapsedMs: 61_000,
    ended: 'complete',
    estimate: estimateOf({ costs: [usd], ms: 50_000, cachedTokens: 4_000 }),
    actual: {
      cells: 10,
      promptTokens: 9_900,
      plannedTokens: 10_000,
      completionTokens: 90,
      withoutUsage: 0,
      cachedTokens: 2_970,
      costs: [{ currency: 'USD', amount: 0.31 }],
      ms: 61_000,
      requests: 10,
      failedAttempts: 0,
      maybeBilled: 0,
      ...actual,
    },
    ...more,
  });

  test('what came beside what was estimated', () => {
    expect(summaryLines(summaryOf())).toEqual([
      '12 cells: 11 scored, 1 not scored (2 from before) · 9.9K prompt tokens · $0.3100 · 1 min 1 s',
      'against the estimate: 9.9K of 10K prompt tokens · $0.3100 of likely $0.3100, at most $0.4700 · 1 min 1 s of about 50 s · 30 % cached (40 % was likely)',
    ]);
  });

  test('no estimate where nothing was asked, and no cost where no price is known', () => {
    expect(summaryLines(summaryOf({}, { requests: 0 }))).toHaveLength(1);
    const estimate = estimateOf();
    expect(summaryLines(summaryOf({ estimate, costUsd: null }, { cachedTokens: null, costs: [] }))[1]).toBe(
      'against the estimate: 9.9K of 10K prompt tokens',
    );
  });

  test('a budget is to be raised before the run can go on', () => {
    const [line] = summaryLines(summaryOf({ ended: 'budget', missing: 3 }));
    expect(line).toMatch(/3 not asked.*; raise the budget and run the same command again to resume$/);
    expect(summaryLines(summaryOf({ failed: 1 }))[0]).toMatch(/; run the same command again to resume$/);
  });

  test('what no figure holds is said', () => {
    const lines = summaryLines(summaryOf({}, { withoutUsage: 2, failedAttempts: 5, maybeBilled: 3 }));
    expect(lines[2]).toMatch(/^2 answers came without usage/);
    expect(lines[3]).toMatch(/^5 attempts failed; 3 of them may be on the bill/);
  });
});

test('the bar fits its terminal, and the narrower it is the less it says', () => {
  const facts = fc.record({
    cells: fc.integer({ min: 1, max: 100_000 }),
    done: fc.integer({ min: 0, max: 1_000 }),
    running: fc.integer({ min: 0, max: 64 }),
    failed: fc.integer({ min: 0, max: 99 }),
    sentTokens: fc.integer({ min: 0, max: 2_000_000_000 }),
    costs: fc.constantFrom([], [usd], [usd, cny]),
    budget: fc.constantFrom(null, { most: 5, used: 1.25 }),
    leftMs: fc.option(fc.integer({ min: 0, max: 1e9 })),
  });
  fc.assert(
    fc.property(facts, fc.integer({ min: 20, max: 200 }), (given, columns) => {
      const done = Math.min(given.done, given.cells);
      const line = progressBar({ ...given, done }, columns);
      expect(line.length).toBeLessThanOrEqual(Math.max(20, columns - 1));
      expect(line).toContain(`${done}/`);
      if (columns >= 60) expect(line).toMatch(/ left/);
    }),
  );
});

describe('verbose lines', () => {
  const cell = { model: 'm', task: 'niah_single', contextLength: 8_000, depth: 0.5, trial: 1 };
  const usage = { promptTokens: 7_872, completionTokens: 9, cachedTokens: 4_000 };
  const answered = { type: 'answered', cell, attempt: 2, finishReason: 'stop', usage } as const;
  const error = { type: 'error', cell, attempt: 1, requestId: 'r', retryAfterMs: null } as const;
  const where = 'm niah_single 8K 50% #2';

  test.each([
    [
      { ...answered, servedModel: 'n', ttftMs: 210, latencyMs: 1_260 },
      `${where}: attempt 2 answered, finish reason stop, 7872 + 9 tokens, 4000 cached, first token 210 ms, 1 s, by n`,
    ],
    [
      {
        ...answered,
        finishReason: null,
        servedModel: null,
        usage: { promptTokens: null, completionTokens: null, cachedTokens: null },
        ttftMs: null,
        latencyMs: null,
      },
      `${where}: attempt 2 answered, no finish reason, no usage`,
    ],
    [
      {
        ...error,
        kind: 'rate_limited',
        code: 'http_429',
        status: 429,
        retryAfterMs: 2_000,
        mayBeBilled: false,
        decision: 'retry',
      },
      `${where}: attempt 1 failed: rate_limited (http_429), retry-after 2 s → retry`,
    ],
    [
      { ...error, kind: 'timeout', code: 'timeout', status: null, mayBeBilled: true, decision: 'give_up' },
      `${where}: attempt 1 failed: timeout, may be billed → give up`,
    ],
    [
      { type: 'waiting', cell, attempt: 1, waitMs: 922 },
      `${where}: attempt 1 held back 922 ms by the limits`,
    ],
    [{ type: 'learned', model: 'm', what: 'window', tokens: 8_192 }, 'm: learned its window, 8192 tokens'],
    [{ type: 'learned', model: 'm', what: 'overhead', tokens: 24 }, 'm: learned its template, 24 tokens'],
    [
      { type: 'learned', model: 'm', what: 'scale', scale: 1.03, error: 0.004 },
      'm: learned its tokenizer, 1.0300 tokens each of ours (± 0.4 %)',
    ],
    [{ type: 'warning', message: 'said by the progress' }, null],
  ] as const)('%j', (event, line) => {
    expect(verboseLine(event, 12_345)).toBe(line === null ? null : `   12.345 ${line}`);
  });
});

test('amounts and shares', () => {
  expect([0, 0.00012, 0.31, 3.2, 1_234.5].map(money)).toEqual(['$0', '$0.0001', '$0.3100', '$3.20', '$1235']);
  expect(amountText({ amount: 3.2, currency: 'CNY' })).toBe('CNY 3.20');
  expect([share(1, 3), share(0, 0)]).toEqual(['33 %', '0 %']);
  expect(plainText('a\u001b[2J\r\n\tb\u202ec')).toBe('a\ufffd[2J b\ufffdc');
});
