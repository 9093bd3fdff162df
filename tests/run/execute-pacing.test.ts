import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { cellsOf, cleanUp, jobOn, keysOf, rightAnswer, run, serverOf, typesOf } from './run-cells.ts';
import type { Reply } from './scripted-server.ts';

afterAll(cleanUp);

const busy = (headers: Record<string, string> = {}): Reply => ({
  json: { error: { message: 'too many requests' } },
  status: 429,
  headers,
});

test('models at different endpoints do not slow each other', async () => {
  let done = 0;
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Answers nothing before the other endpoint has answered all.
  const slow = await serverOf(async (request) => {
    await released;
    return rightAnswer(request);
  });
  const quick = await serverOf((request) => {
    if (++done === 20) release?.();
    return rightAnswer(request);
  });
  const { summary } = await run({
    jobs: [jobOn(slow.url, 6, { name: 'slow' }), jobOn(quick.url, 20, { name: 'quick' })],
    execution: { concurrency: 2, timeoutSeconds: 30 },
  });
  expect(summary).toMatchObject({ scored: 26, failed: 0, missing: 0 });
});

test('models at one endpoint share its slots, under whatever spelling of its address', async () => {
  const server = await serverOf(async (request) => {
    await sleep(10);
    return rightAnswer(request);
  });
  const { summary } = await run({
    jobs: [jobOn(server.url, 3, { name: 'a' }), jobOn(`${server.url}/`, 9, { name: 'b' })],
    execution: { concurrency: 3 },
  });
  expect(summary.scored).toBe(12);
  expect(server.mostOpen()).toBe(3);
});

test('models at one endpoint share its limits a minute', async () => {
  const stop = new AbortController();
  const server = await serverOf(rightAnswer);
  const { summary, events, rows } = await run({
    jobs: [jobOn(server.url, 2, { name: 'a' }), jobOn(server.url, 2, { name: 'b' })],
    execution: { concurrency: 4, requestsPerMinute: 3 },
    stop: stop.signal,
    onEvent: ({ type }) => type === 'result' && server.seen.length === 3 && stop.abort(),
  });
  expect(keysOf(rows)).toEqual(['a-0', 'a-1', 'b-0']);
  expect(summary).toMatchObject({ ended: 'interrupted', missing: 1 });
  const waits = events.flatMap((event) => (event.type === 'waiting' ? [event] : []));
  expect(waits.map(({ cell }) => cell.model)).toEqual(['b']);
  expect(waits[0]?.waitMs).toBeGreaterThan(50_000);
});

test('calls that are turned away together halve what goes at once, and are asked again', async () => {
  let open = 0;
  let most = 0;
  let allIn: (() => void) | undefined;
  const flight = new Promise<void>((resolve) => {
    allIn = resolve;
  });
  const server = await serverOf(async (request) => {
    if (request.index < 8) {
      if (request.index === 7) allIn?.();
      await flight;
      return busy({ 'retry-after-ms': '10' });
    }
    most = Math.max(most, ++open);
    await sleep(30);
    open--;
    return rightAnswer(request);
  });
  const { summary, rows } = await run({ jobs: [jobOn(server.url, 16)], execution: { concurrency: 8 } });
  expect(summary).toMatchObject({ scored: 16, failed: 0, missing: 0 });
  expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(24);
  // Of 16 answers five, then five, then six let one more in each.
  expect(most).toBeGreaterThanOrEqual(4);
  expect(most).toBeLessThan(8);
});

test('an endpoint that takes three calls at once gets all its cells done', async () => {
  let open = 0;
  let refused = 0;
  const server = await serverOf(async (request) => {
    if (open >= 3) {
      refused++;
      return busy({ 'retry-after-ms': '10' });
    }
    open++;
    await sleep(15);
    open--;
    return rightAnswer(request);
  });
  const { summary, rows } = await run({
    jobs: [jobOn(server.url, 60)],
    execution: { concurrency: 24, maxAttempts: 6 },
  });
  expect(summary).toMatchObject({ scored: 60, failed: 0, missing: 0 });
  expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(server.seen.length);
  expect(refused).toBeGreaterThan(0);
});

test('what an answer says of the limits holds the next call back', async () => {
  const at: number[] = [];
  const server = await serverOf((request) => {
    at.push(performance.now());
    const reply = rightAnswer(request) as { readonly json: unknown };
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '300ms' };
    return request.index === 0 ? { ...reply, headers } : reply;
  });
  const { events } = await run({ jobs: [jobOn(server.url, 2)], execution: { concurrency: 1 } });
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(290);
  expect(typesOf(events)).toContain('waiting');
});

test('three cells in a row that are told to come back tomorrow end their model', async () => {
  const server = await serverOf(() => busy({ 'retry-after': '86400' }));
  const other = await serverOf(rightAnswer);
  const { summary, events } = await run({
    jobs: [jobOn(server.url, 30, { name: 'a' }), jobOn(other.url, 4, { name: 'b' })],
    execution: { concurrency: 1 },
  });
  expect(server.seen).toHaveLength(3);
  expect(summary).toMatchObject({ ended: 'fatal', scored: 4, failed: 3, missing: 27 });
  expect(typesOf(events)).not.toContain('attempt');
});

test('a window that is learned while longer cells wait settles them without another call', async () => {
  const message = "This model's maximum context length is 350 tokens.";
  const refusal: Reply = { json: { error: { message } }, status: 400 };
  const server = await serverOf(({ index }) => (index === 0 ? refusal : busy({ 'retry-after-ms': '100' })));
  const cells = cellsOf('a', 6).slice(3);
  const { rows, summary } = await run({
    jobs: [jobOn(server.url, 0, { cells })],
    execution: { concurrency: 3 },
  });
  expect(summary).toMatchObject({ unscored: 3, failed: 0, ended: 'complete' });
  expect(server.seen).toHaveLength(3);
  expect(rows.map(({ reason, attempts }) => [reason, attempts])).toEqual([
    ['overflow', 1],
    ['overflow', 1],
    ['overflow', 1],
  ]);
});

test('an overload is met like a rate limit', async () => {
  let open = 0;
  const server = await serverOf(async (request) => {
    if (open >= 2) return { text: 'The server is overloaded', status: 503, headers: { 'retry-after': '0' } };
    open++;
    await sleep(10);
    open--;
    return rightAnswer(request);
  });
  const { summary } = await run({
    jobs: [jobOn(server.url, 20)],
    execution: { concurrency: 16, maxAttempts: 6 },
  });
  expect(summary).toMatchObject({ scored: 20, failed: 0 });
});
