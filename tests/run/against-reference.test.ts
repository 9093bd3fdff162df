import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEndpointClient } from '../../src/client/openai-client.ts';
import { createServerCounter } from '../../src/client/tokenize.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import type { PlannedCell } from '../../src/run/job.ts';
import { cellsOf, cleanUp, jobOn, run } from './run-cells.ts';

let server: ReferenceServer;
beforeAll(async () => {
  server = await startReferenceServer({ seed: 2 });
});
afterAll(async () => {
  await server.close();
  await cleanUp();
});

const question = 'What is the secret number of the harbour library? Answer with the number only.';
const text = `${'The tide was low and the boats lay on the sand. '.repeat(40)}The secret number of the harbour library is 48213. ${'Gulls sat on the wall. '.repeat(20)}\n\n${question}`;

/** Cells of one prompt, counted by the server itself. */
async function countedCells(model: string, count: number): Promise<PlannedCell[]> {
  const counter = await createServerCounter({
    baseUrl: server.url,
    model,
    apiKey: null,
    headers: {},
    timeoutSeconds: 10,
  });
  const content = await counter.tokenizer.count(text);
  const promptTokens = content + ((await counter.templateOverhead([{ role: 'user', content: text }])) ?? 0);
  await counter.close();
  return cellsOf(model, count).map((cell) => ({
    ...cell,
    promptTokens,
    build: async () => {
      const built = await cell.build();
      return {
        ...built,
        sample: { ...built.sample, promptTokens },
        messages: [{ role: 'user', content: text }],
      };
    },
  }));
}

test('the perfect reader is read perfectly: the count of the plan is the count of the server', async () => {
  const model = 'known-answer/perfect';
  const job = jobOn(server.url, 0, { model, cells: await countedCells(model, 3) });
  const { rows, summary } = await run({ jobs: [job], execution: { stream: true } });
  expect(summary).toMatchObject({ scored: 3, failed: 0, missing: 0 });
  for (const { score, completion, sample } of rows) {
    expect(score?.value).toBe(1);
    expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
    expect(completion?.ttftMs).not.toBeNull();
  }
});

test.each([
  ['thinks', 256, { outcome: 'scored', score: { value: 1 } }],
  ['thinks', 16, { outcome: 'unscored', reason: 'no_answer' }],
  ['refuses', 64, { outcome: 'scored', flags: ['refusal'], score: { value: 0 } }],
] as const)('known-answer/%s with %i tokens to answer', async (profile, maxTokens, expected) => {
  const model = `known-answer/${profile}`;
  const job = jobOn(server.url, 0, { model, maxTokens, cells: await countedCells(model, 1) });
  const { rows } = await run({ jobs: [job], execution: { stream: true } });
  expect(rows).toMatchObject([expected]);
});

test('the flaky one loses no cell and counts none twice', async () => {
  const model = 'known-answer/flaky';
  const cells = await countedCells(model, 12);
  const { rows, summary } = await run({
    jobs: [jobOn(server.url, 0, { model, cells })],
    execution: { concurrency: 8, maxAttempts: 12, stream: true },
  });
  expect(summary).toMatchObject({ planned: 12, scored: 12, failed: 0, missing: 0 });
  expect(rows.some(({ attempts }) => attempts > 1)).toBe(true);
});

test('the window that the endpoint lists is read', async () => {
  const client = createEndpointClient({ baseUrl: server.url, apiKey: null, headers: {}, timeoutSeconds: 10 });
  const models = await client.listModels();
  await client.close();
  expect(models.find(({ id }) => id === 'known-answer/window-8k')?.window).toBe(8_192);
});
