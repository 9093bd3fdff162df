import { afterAll, expect, test } from 'vitest';
import { readRun } from '../../src/results/read-run.ts';
import {
  apiKey,
  cellsOf,
  cleanUp,
  freshDir,
  jobOn,
  keysOf,
  rightAnswer,
  run,
  serverOf,
  typesOf,
} from './run-cells.ts';
import { closedPort } from './scripted-server.ts';

afterAll(cleanUp);

test('a refused connection ends the run without a retry, resumable', async () => {
  const port = await closedPort();
  const jobs = [jobOn(`http://127.0.0.1:${port}/v1`, 50)];
  const first = await run({ jobs, execution: { maxAttempts: 6 } });
  expect(first.summary.ended).toBe('fatal');
  expect(first.summary.failed).toBeLessThanOrEqual(2);
  expect(first.summary.failed + first.summary.missing).toBe(50);
  expect(typesOf(first.events)).not.toContain('attempt');
  expect(first.events.filter(({ type }) => type === 'stopping')).toHaveLength(1);
  await serverOf(rightAnswer, port);
  const second = await run({ jobs, dir: first.dir });
  expect(second.summary).toMatchObject({ scored: 50, failed: 0, missing: 0, ended: 'complete' });
});

test('a server that goes away in the middle is given up after three cells', async () => {
  const server = await serverOf(rightAnswer);
  const { summary, rows } = await run({
    jobs: [jobOn(server.url, 30)],
    execution: { concurrency: 1, maxAttempts: 2 },
    onEvent: (event) => {
      if (event.type === 'result' && event.result.key === 'a-4') void server.close();
    },
  });
  expect(summary).toMatchObject({ scored: 5, ended: 'fatal' });
  // The connection that was open when the server went away may count as broken, not as refused.
  expect(summary.failed).toBeGreaterThanOrEqual(3);
  expect(summary.failed).toBeLessThanOrEqual(4);
  expect(rows.filter(({ outcome }) => outcome === 'failed').every(({ reason }) => reason === 'network')).toBe(
    true,
  );
});

test.each([
  ['a wrong key', { json: { error: { message: `no such key ${apiKey}` } }, status: 401 }],
  ['an empty account', { json: { error: { code: 'insufficient_quota', message: 'pay' } }, status: 429 }],
  ['a wrong model', { json: { error: { code: 'model_not_found', message: 'none' } }, status: 404 }],
] as const)('%s ends that model at once, and the others go on', async (_what, reply) => {
  const bad = await serverOf(() => reply);
  const good = await serverOf(rightAnswer);
  const { summary, events, shown } = await run({
    jobs: [jobOn(bad.url, 20, { name: 'bad' }), jobOn(good.url, 6, { name: 'good' })],
  });
  expect(bad.seen.length).toBeLessThanOrEqual(2);
  expect(summary).toMatchObject({ scored: 6, ended: 'fatal' });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'stopping', why: 'fatal', message: expect.stringContaining('bad: ') }),
  );
  expect(shown).not.toContain(apiKey);
});

test('the first Ctrl-C lets running calls end, and the next run asks the rest', async () => {
  const stop = new AbortController();
  const server = await serverOf(async (request) => {
    if (request.index === 2) stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 30));
    return rightAnswer(request);
  });
  const jobs = [jobOn(server.url, 12)];
  const first = await run({ jobs, stop: stop.signal });
  expect(first.summary.ended).toBe('interrupted');
  expect(first.summary.scored).toBe(server.seen.length);
  expect(first.summary.scored + first.summary.missing).toBe(12);
  expect(first.summary.missing).toBeGreaterThan(0);
  const asked = server.seen.length;
  const second = await run({ jobs, dir: first.dir });
  expect(second.summary).toMatchObject({ scored: 12, missing: 0, skipped: asked });
  expect(server.seen).toHaveLength(12);
});

test('Ctrl-C ends a pause between attempts too', async () => {
  const stop = new AbortController();
  const server = await serverOf(() => ({ text: 'later', status: 429, headers: { 'retry-after': '600' } }));
  const { summary } = await run({
    jobs: [jobOn(server.url, 3)],
    stop: stop.signal,
    onEvent: ({ type }) => type === 'attempt' && stop.abort(),
  });
  expect(summary).toMatchObject({ ended: 'interrupted', failed: 0, missing: 3 });
});

test('the second Ctrl-C breaks running calls off', async () => {
  const stop = new AbortController();
  const abort = new AbortController();
  const server = await serverOf(() => {
    setTimeout(() => stop.abort(), 20);
    setTimeout(() => abort.abort(), 40);
    return 'hang';
  });
  const { summary, rows } = await run({
    jobs: [jobOn(server.url, 3)],
    stop: stop.signal,
    abort: abort.signal,
    execution: { timeoutSeconds: 600 },
  });
  expect(summary).toMatchObject({ ended: 'interrupted', missing: 3 });
  expect(rows).toEqual([]);
});

test.each([
  ['prompt tokens', { promptTokens: 1_000 }, 4],
  ['cost', { cost: 0.001 }, 4],
])('a budget of %s ends the run before it is exceeded; run again to go on', async (_what, budget, cells) => {
  const server = await serverOf(rightAnswer);
  const priceUsd = { input: 1, cachedInput: 1, output: 0 };
  const jobs = [jobOn(server.url, 6, { priceUsd })];
  const first = await run({ jobs, budget, execution: { concurrency: 1 } });
  expect(first.summary).toMatchObject({
    ended: 'budget',
    scored: cells,
    missing: 6 - cells,
    promptTokens: 1_000,
  });
  expect(first.summary.costUsd).toBeCloseTo(0.001, 9);
  const second = await run({ jobs, dir: first.dir });
  expect(second.summary).toMatchObject({ ended: 'complete', scored: 6, promptTokens: 1_100 });
});

test('the budget of minutes ends pauses and starts no call', async () => {
  const server = await serverOf(() => ({ text: 'later', status: 429, headers: { 'retry-after': '600' } }));
  const { summary } = await run({ jobs: [jobOn(server.url, 3)], budget: { minutes: 0.002 } });
  expect(summary).toMatchObject({ ended: 'budget', missing: 3 });
});

test('a cost budget without a price says that it does not hold', async () => {
  const server = await serverOf(rightAnswer);
  const { events } = await run({ jobs: [jobOn(server.url, 1)], budget: { cost: 1 } });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'warning', message: expect.stringContaining('no price') }),
  );
});

test('a prompt that cannot be built ends the run with its own error, finished rows kept', async () => {
  const server = await serverOf(rightAnswer);
  const cells = cellsOf('a', 4).map((cell, i) =>
    i === 2 ? { ...cell, build: () => Promise.reject(new RangeError('corpus too short')) } : cell,
  );
  const dir = await freshDir();
  const failed = run({ jobs: [jobOn(server.url, 0, { cells })], dir, execution: { concurrency: 1 } });
  await expect(failed).rejects.toThrow('corpus too short');
  expect(keysOf((await readRun(dir)).results)).toEqual(['a-0', 'a-1']);
});

test('a key that is planned twice is a bug and asks nothing', async () => {
  const server = await serverOf(rightAnswer);
  await expect(run({ jobs: [jobOn(server.url, 2), jobOn(server.url, 2)] })).rejects.toThrow('planned twice');
  expect(server.seen).toEqual([]);
});
