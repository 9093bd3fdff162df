import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createBudgetGuard } from '../../src/run/budget-guard.ts';
import { cleanUp, jobOn, rightAnswer, run, serverOf } from './run-cells.ts';
import { chatAnswer, type Reply, type SeenRequest } from './scripted-server.ts';

afterAll(cleanUp);

const never = new AbortController().signal;
const noBudget = { cost: null, promptTokens: null, minutes: null };

describe('the guard', () => {
  test('whatever calls cost, those under way included, the budget is never exceeded', async () => {
    const call = fc.record({
      most: fc.integer({ min: 1, max: 60 }),
      usedShare: fc.float({ min: 0, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 100 }),
        async (calls, slots, before) => {
          const guard = createBudgetGuard({ ...noBudget, cost: 100 }, { promptTokens: 0, cost: before });
          let used = before;
          let refused = 0;
          const queue = [...calls];
          const slot = async (): Promise<void> => {
            for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
              const most = { promptTokens: 0, cost: next.most };
              if ((await guard.reserveWhenFree(most, never)) !== null) {
                refused++;
                return;
              }
              await Promise.resolve();
              used += next.most * next.usedShare;
              guard.settle(most, { promptTokens: 0, cost: next.most * next.usedShare });
            }
          };
          await Promise.all(Array.from({ length: slots }, slot));
          expect(used).toBeLessThanOrEqual(100 + 1e-9);
          // Nothing is refused while there is room for the dearest call.
          if (refused > 0)
            expect(used + Math.max(...calls.map(({ most }) => most))).toBeGreaterThan(100 - 1e-9);
        },
      ),
    );
  });

  test('a wait for running calls ends when the run does', async () => {
    const halt = new AbortController();
    const guard = createBudgetGuard({ ...noBudget, cost: 1 });
    const most = { promptTokens: 0, cost: 0.8 };
    expect(guard.reserve(most)).toBeNull();
    const waiting = guard.reserveWhenFree(most, halt.signal);
    halt.abort();
    expect(await waiting).toContain('$1');
  });
});

const priceUsd = { input: 1_000, cachedInput: 1_000, output: 0 };
/** Cells of 100, 200, 300 … tokens: 0.1, 0.2, 0.3 … dollars. */
const dear = { priceUsd };

test('calls under way are counted: with many slots the budget still holds', async () => {
  const server = await serverOf(rightAnswer);
  const { summary } = await run({
    jobs: [jobOn(server.url, 20, dear)],
    budget: { cost: 1 },
    execution: { concurrency: 16 },
  });
  expect(summary).toMatchObject({ ended: 'budget', scored: 4, missing: 16 });
  expect(summary.costUsd).toBeCloseTo(1, 9);
  expect(server.seen).toHaveLength(4);
});

test('what a running call does not use makes room: the run goes on when it ends', async () => {
  // Answers are reserved whole and used by a tenth.
  const server = await serverOf(rightAnswer);
  const job = jobOn(server.url, 8, { priceUsd: { input: 0, cachedInput: 0, output: 10_000 }, maxTokens: 50 });
  const { summary } = await run({
    jobs: [job],
    budget: { cost: 0.6 },
    execution: { concurrency: 4 },
  });
  // 5 of 50 tokens, 0.05 of 0.5 dollars: three calls, then a fourth could cost 0.65.
  expect(summary).toMatchObject({ ended: 'budget', scored: 3 });
  expect(summary.costUsd).toBeCloseTo(0.15, 9);
});

test('the budget is the whole run’s: what earlier commands spent is counted, and said', async () => {
  const server = await serverOf(rightAnswer);
  const jobs = [jobOn(server.url, 6, dear)];
  const first = await run({ jobs, budget: { cost: 1 }, execution: { concurrency: 1 } });
  expect(first.summary).toMatchObject({ ended: 'budget', scored: 4 });
  const again = await run({ jobs, dir: first.dir, budget: { cost: 1 } });
  expect(again.summary).toMatchObject({ ended: 'budget', scored: 4, missing: 2, costUsd: 0 });
  expect(server.seen).toHaveLength(4);
  const [stopping] = again.events.filter((event) => event.type === 'stopping');
  expect(stopping).toMatchObject({ why: 'budget' });
  expect(stopping?.type === 'stopping' && stopping.message).toMatch(/\$1\.0000 of it by earlier commands/);
  expect(again.events[0]).toMatchObject({ type: 'started', spent: { cost: 1, promptTokens: 1_000 } });
  const raised = await run({ jobs, dir: first.dir, budget: { cost: 1.6 }, execution: { concurrency: 1 } });
  expect(raised.summary).toMatchObject({ ended: 'budget', scored: 5, missing: 1 });
  const tokens = await run({ jobs, dir: first.dir, budget: { promptTokens: 2_000 } });
  expect(tokens.summary).toMatchObject({ ended: 'budget', missing: 1 });
  expect((await run({ jobs, dir: first.dir })).summary).toMatchObject({ ended: 'complete', scored: 6 });
});

test('an attempt that broke off may be on the bill: it is said, and the budget counts it whole', async () => {
  const tries = new Map<string, number>();
  const faulty = (request: SeenRequest): Reply => {
    const before = tries.get(request.prompt) ?? 0;
    tries.set(request.prompt, before + 1);
    if (before > 0) return rightAnswer(request);
    return request.prompt.startsWith('cell 0')
      ? { half: '{"choices":[' }
      : { text: 'busy', status: 503, headers: { 'retry-after-ms': '1' } };
  };
  const server = await serverOf(faulty);
  const jobs = [jobOn(server.url, 4, dear)];
  const { summary, events } = await run({ jobs, budget: { cost: 0.69 }, execution: { concurrency: 1 } });
  // 0.1 and as much for its broken attempt, 0.2, then 0.3 would be too much; a 503 was never read.
  expect(summary).toMatchObject({ ended: 'budget', scored: 2 });
  expect(summary.costUsd).toBeCloseTo(0.3, 9);
  expect(summary.actual).toMatchObject({ requests: 4, failedAttempts: 2, maybeBilled: 1 });
  const [stopping] = events.filter((event) => event.type === 'stopping');
  expect(stopping?.type === 'stopping' && stopping.message).toContain(
    '$0.1000 for failed attempts that may be billed',
  );
});

test('a budget in USD does not hold for a price in another currency, and says so', async () => {
  const server = await serverOf(rightAnswer);
  const price = { input: 1_000, cachedInput: 1_000, output: 0, currency: 'CNY' };
  const jobs = [jobOn(server.url, 3, { name: 'yuan', price }), jobOn(server.url, 2, { name: 'free' })];
  const { summary, events } = await run({ jobs, budget: { cost: 0.01 } });
  expect(summary).toMatchObject({ ended: 'complete', scored: 5, costUsd: null });
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  expect(warnings).toEqual([
    expect.stringMatching(/^yuan: its price is in CNY.*USD/),
    expect.stringMatching(/^free: no price is known.*USD/),
  ]);
  expect(summary.actual.costs).toEqual([{ currency: 'CNY', amount: expect.closeTo(0.6, 9) }]);
  expect(summary.estimate.costs).toMatchObject([{ currency: 'CNY', amount: expect.closeTo(0.6, 9) }]);
  expect(summary.estimate.unpriced).toEqual(['free']);
});

test('the summary holds the estimate beside what came', async () => {
  const server = await serverOf((request) => {
    const reply = rightAnswer(request) as { json: { usage: object } };
    const usage = { ...reply.json.usage, prompt_tokens_details: { cached_tokens: 50 } };
    return { json: { ...reply.json, usage } };
  });
  const jobs = [jobOn(server.url, 3, dear)];
  const first = await run({ jobs: [jobOn(server.url, 2, dear)] });
  const { summary } = await run({ jobs, dir: first.dir });
  expect(summary.estimate).toMatchObject({ cells: 1, promptTokens: 300, completionTokens: 32 });
  expect(summary.estimate.ms).toBeGreaterThan(0);
  expect(summary.actual).toMatchObject({
    cells: 1,
    promptTokens: 300,
    plannedTokens: 300,
    completionTokens: 5,
    cachedTokens: 50,
    requests: 1,
    failedAttempts: 0,
    maybeBilled: 0,
    withoutUsage: 0,
  });
  expect(first.summary.estimate.ms).toBeNull();
  const silent = await serverOf(() => {
    const { json } = chatAnswer('48213') as { json: Record<string, unknown> };
    return { json: { ...json, usage: null } };
  });
  const { summary: blind } = await run({ jobs: [jobOn(silent.url, 2, dear)] });
  expect(blind.actual).toMatchObject({ withoutUsage: 2, cachedTokens: null, costs: [], plannedTokens: 300 });
});
