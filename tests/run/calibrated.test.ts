import { afterAll, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { sha256OfAll } from '../../src/core/hash.ts';
import { promptPieces } from '../../src/prompt/template.ts';
import { readRun } from '../../src/results/read-run.ts';
import type { RunEvent, RunSummary } from '../../src/run/job.ts';
import { rebuildPrompt } from '../../src/run/rebuild-prompt.ts';
import { runNeedles } from '../../src/run/run.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { cleanUp, freshDir, serverOf } from './run-cells.ts';
import { chatAnswer, type Reply, type ScriptedServer, type SeenRequest } from './scripted-server.ts';

afterAll(cleanUp);

const real = await loadTiktoken('cl100k_base');
const template = 23;

/** A server with a tokenizer and a template of its own that it tells nobody about, but for its usage. */
async function countingServer(
  over: (request: SeenRequest) => Reply | null = () => null,
): Promise<ScriptedServer> {
  return serverOf((request) => {
    if (request.path === '/v1/models') return { json: { data: [{ id: 'm' }] } };
    if (request.path !== '/v1/chat/completions') return { json: { error: 'no such route' }, status: 404 };
    return over(request) ?? chatAnswer('?', { promptTokens: real.count(request.prompt) + template });
  });
}

async function runOn(
  server: ScriptedServer,
  dir: string,
  more: { readonly lengths?: string; readonly tokenizer?: string; readonly language?: string } = {},
): Promise<{ readonly summary: RunSummary; readonly events: RunEvent[] }> {
  const resolution = resolveConfig({
    file: null,
    flags: {
      model: 'm',
      baseUrl: server.url,
      lengths: more.lengths ?? '1k,2k,6k',
      depths: '0,50,100',
      trials: '1',
      tokenizer: more.tokenizer ?? 'auto',
      language: more.language ?? 'en',
      concurrency: '1',
    },
    env: {},
  });
  const events: RunEvent[] = [];
  const quiet = new AbortController().signal;
  const summary = await runNeedles({
    resolution,
    connections: new Map([['m', { baseUrl: server.url, apiKey: null, headers: {} }]]),
    dir,
    baseDir: dir,
    toolVersion: '0.0.0',
    onEvent: (event) => events.push(event),
    stop: quiet,
    abort: quiet,
  });
  return { summary, events };
}

const asked = (server: ScriptedServer): readonly SeenRequest[] =>
  server.seen.filter(({ path }) => path === '/v1/chat/completions');

test.each(['en', 'zh'])(
  '%s: three probes, then no cell over its length, and estimates that get better',
  async (language) => {
    const server = await countingServer();
    const dir = await freshDir();
    const { summary, events } = await runOn(server, dir, { language });
    expect(summary).toMatchObject({ scored: 9, failed: 0, missing: 0 });
    expect(asked(server)).toHaveLength(3 + 9);
    expect(
      asked(server)
        .slice(0, 3)
        .map(({ body }) => body['max_tokens']),
    ).toEqual([1, 1, 1]);
    expect(
      events.some(
        (event) => event.type === 'warning' && /estimates, o200k_base scaled by/.test(event.message),
      ),
    ).toBe(true);
    const { manifest, results } = await readRun(dir);
    for (const { sample, completion, cell } of results) {
      const counted = completion?.usage.promptTokens ?? 9e9;
      const { scale, error } = sample.tokenEstimate ?? { scale: 0, error: 1 };
      expect(counted + 128).toBeLessThanOrEqual(cell.contextLength);
      expect(counted + 128).toBeGreaterThan(cell.contextLength * (1 - 3 * error) - 40);
      expect(Math.abs(counted - sample.promptTokens)).toBeLessThanOrEqual(error * counted + 24);
      expect(scale).toBeGreaterThan(0.9);
    }
    const [model] = manifest.models;
    expect(model?.tokenizer).toMatchObject({ id: 'calibrated:o200k_base', exact: false });
    // Chinese passages differ more between two tokenizers: what is told is twice the farthest answer seen.
    expect(model?.tokenizer?.estimate?.error).toBeLessThan(language === 'en' ? 0.03 : 0.08);
    expect(Math.abs((model?.templateOverhead ?? 0) - template)).toBeLessThan(32);

    // The next command of the same run knows what was learnt, and a row's prompt can be made again.
    const grown = await runOn(server, dir, { language, lengths: '1k,2k,3k,6k' });
    expect(grown.summary).toMatchObject({ planned: 12, skipped: 9, scored: 12 });
    expect(asked(server)).toHaveLength(12 + 3);
    const row = results[5];
    expect(row).toBeDefined();
    if (row === undefined) return;
    const built = await rebuildPrompt({ manifest, row, baseDir: dir, baseUrl: null });
    expect(sha256OfAll(promptPieces(built.messages))).toBe(row.sample.promptSha256);
  },
);

test('a server without usage leaves an estimate that says so; one that is asked for by name is an error', async () => {
  const server = await countingServer(() => ({
    json: { choices: [{ index: 0, message: { content: '?' }, finish_reason: 'stop' }] },
  }));
  const dir = await freshDir();
  const { summary } = await runOn(server, dir, { lengths: '1k' });
  expect(summary.scored).toBe(3);
  const { manifest, results } = await readRun(dir);
  expect(manifest.models[0]?.tokenizer).toEqual({ id: 'estimate:o200k_base', exact: false });
  expect(results.some(({ sample }) => 'tokenEstimate' in sample)).toBe(false);
  await expect(runOn(server, await freshDir(), { tokenizer: 'calibrated' })).rejects.toMatchObject({
    code: 'tokenizer_unusable',
  });
});

test('a busy server is asked again for a probe; a prompt that was cut teaches nothing and is no miss', async () => {
  let calls = 0;
  const server = await countingServer(({ prompt }) => {
    calls += 1;
    if (calls === 2)
      return { json: { error: { message: 'slow down' } }, status: 429, headers: { 'retry-after': '0' } };
    const tokens = real.count(prompt);
    return tokens > 3_000 ? chatAnswer('?', { promptTokens: 1_026 }) : null;
  });
  const dir = await freshDir();
  const { summary } = await runOn(server, dir, { lengths: '1k,6k', tokenizer: 'calibrated' });
  expect(summary).toMatchObject({ scored: 3, unscored: 3, failed: 0 });
  const { manifest, results } = await readRun(dir);
  expect(results.filter(({ cell }) => cell.contextLength === 6_000).map(({ reason }) => reason)).toEqual(
    Array(3).fill('truncated'),
  );
  expect(manifest.models[0]?.tokenizer?.estimate?.scale).toBeGreaterThan(0.9);
});
