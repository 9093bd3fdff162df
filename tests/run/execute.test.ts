import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
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
import { chatAnswer, chatEvents, type Reply } from './scripted-server.ts';

afterAll(cleanUp);

test('every cell is asked once and leaves one row; events tell the story', async () => {
  const server = await serverOf(rightAnswer);
  const { summary, events, rows } = await run({ jobs: [jobOn(server.url, 6)] });
  expect(keysOf(rows)).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5']);
  expect(new Set(server.seen.map(({ prompt }) => prompt)).size).toBe(6);
  expect(server.seen).toHaveLength(6);
  expect(summary).toMatchObject({
    planned: 6,
    skipped: 0,
    scored: 6,
    failed: 0,
    missing: 0,
    promptTokens: 2_100,
    ended: 'complete',
  });
  expect(events[0]).toMatchObject({
    type: 'started',
    cells: 6,
    done: 0,
    promptTokens: 2_100,
    highestCostUsd: null,
    toAsk: [{ model: 'a', endpoint: 0, contextLengths: [132, 232, 332, 432, 532, 632] }],
  });
  expect([typesOf(events)[0], typesOf(events).at(-1)]).toEqual(['started', 'finished']);
  for (const { key, cell } of rows) {
    const told = events.filter((event) => 'cell' in event && event.cell.trial === cell.trial);
    expect(typesOf(told)).toEqual(['taken', 'request', 'answered']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'taken', key }));
  }
  expect(typesOf(events).filter((type) => type === 'result')).toHaveLength(6);
  expect(server.mostOpen()).toBeLessThanOrEqual(2);
});

test('with concurrency 1 the rows stand in the order of the calls', async () => {
  const server = await serverOf(rightAnswer);
  const { rows } = await run({ jobs: [jobOn(server.url, 5)], execution: { concurrency: 1 } });
  expect(rows.map(({ sample }) => sample.promptSha256)).toEqual(
    server.seen.map(({ prompt }) => sha256(prompt)),
  );
  expect(rows.map(({ key }) => key)).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4']);
});

test('a row is on disk before its slot takes the next cell', async () => {
  const dir = await freshDir();
  const linesAtCall: number[] = [];
  const server = await serverOf(async (request) => {
    linesAtCall.push((await readFile(join(dir, 'results.jsonl'), 'utf8')).split('\n').length - 1);
    return rightAnswer(request);
  });
  await run({ jobs: [jobOn(server.url, 4)], dir, execution: { concurrency: 1 } });
  expect(linesAtCall).toEqual([0, 1, 2, 3]);
});

test('prompts are built when their turn comes, not ahead', async () => {
  let built = 0;
  const builtAtCall: number[] = [];
  const server = await serverOf((request) => {
    builtAtCall.push(built);
    return rightAnswer(request);
  });
  const cells = cellsOf('a', 5).map((cell) => ({
    ...cell,
    build: () => {
      built++;
      return cell.build();
    },
  }));
  await run({ jobs: [jobOn(server.url, 0, { cells })], execution: { concurrency: 1 } });
  expect(builtAtCall).toEqual([1, 2, 3, 4, 5]);
});

test('a flaky endpoint loses no cell and counts none twice', async () => {
  const troubles: readonly Reply[] = [
    { json: { error: { message: 'slow down' } }, status: 429, headers: { 'retry-after-ms': '5' } },
    { text: 'oops', status: 500 },
    'reset',
    { half: '{"choices":[' },
    { json: { error: { code: 502, message: 'upstream' } } },
    { events: chatEvents(['48']).slice(0, 2), end: 'cut' },
    { events: ['data: {"choices":[{"delta":{"content":"4"}}]}\n\n'] },
  ];
  const tries = new Map<string, number>();
  const server = await serverOf((request) => {
    const before = tries.get(request.prompt) ?? 0;
    tries.set(request.prompt, before + 1);
    const trouble = troubles[tries.size - 1];
    return before === 0 && trouble !== undefined ? trouble : rightAnswer(request);
  });
  const { summary, rows, events } = await run({
    jobs: [jobOn(server.url, 9)],
    execution: { concurrency: 9, stream: true },
  });
  expect(summary).toMatchObject({ scored: 9, failed: 0, missing: 0 });
  expect(keysOf(rows)).toHaveLength(9);
  expect(new Set(keysOf(rows)).size).toBe(9);
  expect(rows.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 2]);
  expect(rows.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(server.seen.length);
  expect(typesOf(events).filter((type) => type === 'attempt')).toHaveLength(7);
});

test('Retry-After is a least wait, and 429s count as attempts', async () => {
  const server = await serverOf(() => ({
    json: { error: { message: 'slow down' } },
    status: 429,
    headers: { 'retry-after-ms': '700' },
  }));
  const { rows, events } = await run({ jobs: [jobOn(server.url, 1)], execution: { maxAttempts: 2 } });
  expect(rows).toMatchObject([
    { outcome: 'failed', reason: 'http_429', attempts: 2, error: { status: 429 } },
  ]);
  const waits = events.flatMap((event) => (event.type === 'attempt' ? [event.waitMs] : []));
  expect(waits).toEqual([700]);
});

test('a cell that fails to the end is kept as failed and asked again by the next run', async () => {
  let healthy = false;
  const server = await serverOf((request) =>
    healthy || !request.prompt.startsWith('cell 1') ? rightAnswer(request) : { text: 'oops', status: 500 },
  );
  const jobs = [jobOn(server.url, 3)];
  const first = await run({ jobs, execution: { maxAttempts: 2 } });
  expect(first.summary).toMatchObject({ scored: 2, failed: 1, ended: 'complete' });
  healthy = true;
  const asked = server.seen.length;
  const second = await run({ jobs, dir: first.dir });
  expect(second.summary).toMatchObject({ planned: 3, skipped: 2, scored: 3, failed: 0 });
  expect(second.events[0]).toMatchObject({
    type: 'started',
    cells: 3,
    done: 2,
    promptTokens: 200,
    highestCostUsd: null,
    toAsk: [{ model: 'a', endpoint: 0, contextLengths: [232] }],
  });
  expect(server.seen.slice(asked).map(({ prompt }) => prompt)).toEqual(['cell 1 of a']);
});

test('after a kill in the middle of a line only the missing cells are asked', async () => {
  const server = await serverOf(rightAnswer);
  const jobs = [jobOn(server.url, 6)];
  const { dir, rows } = await run({ jobs, execution: { concurrency: 1 } });
  const lines = rows.map((row) => JSON.stringify(row));
  await writeFile(join(dir, 'results.jsonl'), `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 80)}`);
  await appendFile(join(dir, '.lock'), '{"torn');
  const asked = server.seen.length;
  const second = await run({ jobs, dir });
  expect(
    server.seen
      .slice(asked)
      .map(({ prompt }) => prompt)
      .sort(),
  ).toEqual(['cell 3 of a', 'cell 4 of a', 'cell 5 of a']);
  expect(keysOf(second.rows)).toEqual(keysOf(rows));
  expect(second.summary).toMatchObject({ skipped: 3, scored: 6, missing: 0 });
});

test('the key is in no row, no error and no event, whatever the endpoint echoes', async () => {
  const replies: readonly Reply[] = [
    { json: { error: { message: `bad ${apiKey}`, code: apiKey } }, status: 500 },
    { text: `Bearer ${apiKey}`, status: 502 },
    { json: { error: { message: `bad ${apiKey}` } } },
    { json: { message: `bad ${apiKey}` }, status: 400 },
  ];
  const server = await serverOf(({ index }) => replies[index % replies.length] ?? 'reset');
  const { shown, rows } = await run({ jobs: [jobOn(server.url, 4)], execution: { maxAttempts: 1 } });
  expect(rows).toHaveLength(4);
  expect(rows.every(({ outcome }) => outcome === 'failed')).toBe(true);
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain(apiKey);
});

test('once a window is known from a refusal, longer cells are settled without a call', async () => {
  const server = await serverOf((request) => {
    const tokens = 100 * (Number(/cell (\d+)/.exec(request.prompt)?.[1]) + 1);
    const message = `This model's maximum context length is 350 tokens. However, you requested ${tokens + 32} tokens.`;
    return tokens + 32 > 350 ? { json: { error: { message } }, status: 400 } : rightAnswer(request);
  });
  const { rows, summary } = await run({ jobs: [jobOn(server.url, 8)], execution: { concurrency: 1 } });
  expect(server.seen).toHaveLength(4);
  expect(summary).toMatchObject({ scored: 3, unscored: 5, missing: 0, ended: 'complete' });
  expect(rows.map(({ reason, attempts }) => [reason, attempts])).toEqual([
    [null, 1],
    [null, 1],
    [null, 1],
    ['overflow', 1],
    ...Array.from({ length: 4 }, () => ['overflow', 0]),
  ]);
});

test('where the template is unknown one call goes alone and tells its count', async () => {
  const told: [number, number][] = [];
  const openAtFirst: number[] = [];
  const server = await serverOf(async (request) => {
    if (request.index === 0) {
      // Long enough for any second call to show itself.
      await new Promise((resolve) => setTimeout(resolve, 150));
      openAtFirst.push(server.mostOpen());
    }
    return chatAnswer('48213', {
      promptTokens: 100 * (Number(/cell (\d+)/.exec(request.prompt)?.[1]) + 1) + 11,
    });
  });
  const job = jobOn(server.url, 6, {
    overheadUnknown: true,
    learnCount: ({ promptTokens }, counted) => told.push([promptTokens, counted]),
  });
  const { summary } = await run({ jobs: [job], execution: { concurrency: 3 } });
  expect(openAtFirst).toEqual([1]);
  expect(told[0]).toEqual([100, 111]);
  expect(summary.scored).toBe(6);
});

test('models at one address go one after the other, others take turns', async () => {
  const shared = await serverOf(rightAnswer);
  const jobs = [jobOn(shared.url, 2, { name: 'a' }), jobOn(shared.url, 2, { name: 'b' })];
  const one = await run({ jobs, execution: { concurrency: 1 } });
  expect(one.rows.map(({ cell }) => cell.model)).toEqual(['a', 'a', 'b', 'b']);
  const other = await serverOf(rightAnswer);
  const apart = [jobOn(shared.url, 2, { name: 'a' }), jobOn(other.url, 2, { name: 'b' })];
  const two = await run({ jobs: apart, execution: { concurrency: 1 } });
  expect(two.rows.map(({ cell }) => cell.model)).toEqual(['a', 'b', 'a', 'b']);
});
