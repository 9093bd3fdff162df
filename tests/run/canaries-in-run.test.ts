import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { Result } from '../../src/core/result.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import type { Manifest } from '../../src/results/manifest.ts';
import { readRun } from '../../src/results/read-run.ts';
import type { RunEvent, RunSummary } from '../../src/run/job.ts';
import { runNeedles } from '../../src/run/run.ts';
import { cuttingModel, isCanary, keepTail, plain, whole } from './cutting-server.ts';
import { cleanUp, freshDir, serverOf } from './run-cells.ts';
import type { Reply, ScriptedServer, SeenRequest } from './scripted-server.ts';

let reference: ReferenceServer;
beforeAll(async () => {
  reference = await startReferenceServer();
});
afterAll(async () => {
  await reference.close();
  await cleanUp();
});

/** The known-answer endpoint behind a gateway that keeps its counts to itself. */
async function withoutUsage({ method, path, body }: SeenRequest): Promise<Reply> {
  const { stream_options: _, ...rest } = body;
  const sent = method === 'POST' ? { body: JSON.stringify({ ...rest, stream: false }) } : {};
  const answer = await fetch(`${reference.url.replace(/\/v1$/, '')}${path}`, { method, ...sent });
  const { usage: __, ...json } = (await answer.json()) as Record<string, unknown>;
  return { json, status: answer.status };
}

interface Outcome {
  readonly summary: RunSummary;
  readonly rows: readonly Result[];
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
  readonly server: ScriptedServer;
  /** Questions that were sent, in order; canaries apart. */
  readonly cells: readonly SeenRequest[];
  readonly canaries: readonly SeenRequest[];
}

interface Asked {
  readonly flags?: Readonly<Record<string, string>>;
  readonly budget?: { readonly promptTokens: number };
  readonly dir?: string;
  readonly onEvent?: (event: RunEvent, stop: () => void) => void;
}

/** A whole run, from flags to rows, of a model without usage. */
async function runOn(
  script: (request: SeenRequest) => Reply | Promise<Reply>,
  { flags = {}, budget, dir, onEvent }: Asked = {},
): Promise<Outcome> {
  const server = await serverOf(script);
  const out = dir ?? join(await freshDir(), 'out');
  const resolution = resolveConfig({
    file: null,
    flags: {
      model: 'm',
      baseUrl: server.url,
      tokenizer: 'o200k_base',
      lengths: '1k,4k,16k',
      depths: '0,50,100',
      trials: '1',
      concurrency: '1',
      ...flags,
    },
    env: {},
  });
  const warnings: string[] = [];
  const stop = new AbortController();
  const { config } = resolution;
  const summary = await runNeedles({
    resolution: { ...resolution, config: { ...config, budget: { ...config.budget, ...budget } } },
    connections: new Map([
      [config.models[0]?.name as string, { baseUrl: server.url, apiKey: null, headers: {} }],
    ]),
    dir: out,
    baseDir: out,
    toolVersion: '0.0.0',
    onEvent: (event) => {
      if (event.type === 'warning') warnings.push(event.message);
      onEvent?.(event, () => stop.abort());
    },
    stop: stop.signal,
    abort: new AbortController().signal,
  });
  const { results: rows, manifest } = await readRun(out);
  const asked = server.seen.filter(({ path }) => path === '/v1/chat/completions');
  return {
    summary,
    rows,
    manifest,
    warnings,
    server,
    cells: asked.filter((request) => !isCanary(request)),
    canaries: asked.filter(isCanary),
  };
}

const outcomes = (rows: readonly Result[]): string[] =>
  rows.map(({ cell, outcome, reason }) => `${cell.contextLength} ${outcome} ${reason}`).sort();

test('a server that cuts in silence and counts nothing is found out, and its long cells are no misses', async () => {
  const { rows, cells, canaries, warnings, summary } = await runOn(cuttingModel({ cut: keepTail(24_000) }));
  expect(summary).toMatchObject({ scored: 6, unscored: 3, failed: 0, missing: 0 });
  expect(outcomes(rows)).toEqual([
    ...Array.from({ length: 3 }, () => '1000 scored null'),
    ...Array.from({ length: 3 }, () => '16000 unscored truncated'),
    ...Array.from({ length: 3 }, () => '4000 scored null'),
  ]);
  for (const { outcome, score, error, completion } of rows) {
    if (outcome === 'scored') expect([score?.value, error]).toEqual([1, null]);
    else {
      expect(error).toMatchObject({ code: 'truncated', status: null });
      expect(error?.message).toMatch(/seen by canaries: .*two prompts of 16K tokens did not come back/);
      // What it answered is kept: the one at the end was even right.
      expect(completion?.text).toMatch(/\d{7}|does not say/);
    }
  }
  // Each cell once, in the order of the rows; no cell's prompt is a canary's.
  expect(cells.map(({ prompt }) => prompt.length)).toEqual(rows.map(({ sample }) => sample.promptChars));
  expect(new Set(cells.map(({ prompt }) => prompt)).size).toBe(9);
  expect(canaries.length).toBeLessThanOrEqual(5);
  expect(canaries.length).toBeGreaterThanOrEqual(3);
  expect(
    warnings.filter((message) => /^m: prompts of 16K tokens and more are believed cut/.test(message)),
  ).toHaveLength(1);
});

test.each([
  ['at once', '8'],
  ['one by one', '1'],
])('a server that reads all of it costs few canaries, cells asked %s', async (_how, concurrency) => {
  const { rows, canaries, summary } = await runOn(cuttingModel({ cut: whole }), {
    flags: { concurrency, language: 'zh', lengths: '2k,4k,8k,16k' },
  });
  expect(summary).toMatchObject({ scored: 12, unscored: 0, missing: 0 });
  expect(rows.every(({ score }) => score?.value === 1)).toBe(true);
  expect(canaries.length).toBeGreaterThanOrEqual(2);
  expect(canaries.length).toBeLessThanOrEqual(5);
});

test.each([
  ['truncates-8k', ['scored', 'scored', 'truncated', 'truncated']],
  ['halves', ['scored', 'scored', 'truncated', 'truncated']],
  ['perfect', ['scored', 'scored', 'scored', 'scored']],
  ['lost-in-the-middle', ['scored', 'scored', 'scored', 'scored']],
])('known-answer/%s without its usage comes to what it comes to with it', async (profile, expected) => {
  const model = `known-answer/${profile}`;
  const lengths = [2_000, 8_000, 9_000, 16_000];
  const { rows, cells } = await runOn(withoutUsage, {
    flags: { model, lengths: lengths.join(), concurrency: '3' },
  });
  expect(cells).toHaveLength(12);
  expect(rows.some(({ completion }) => completion?.usage.promptTokens !== null)).toBe(false);
  for (const { cell, outcome, reason } of rows) {
    expect([cell.contextLength, reason ?? outcome]).toEqual([
      cell.contextLength,
      expected[lengths.indexOf(cell.contextLength)],
    ]);
  }
});

test('a server that counts is sent none', async () => {
  const { canaries, summary } = await runOn(
    cuttingModel({
      cut: keepTail(24_000),
      say: (answer, { prompt }) => ({
        json: {
          choices: [{ message: { content: answer }, finish_reason: 'stop' }],
          usage: { prompt_tokens: Math.min(6_000, Math.round(prompt.length / 4)), completion_tokens: 5 },
        },
      }),
    }),
  );
  expect(canaries).toEqual([]);
  expect(summary.unscored).toBeGreaterThanOrEqual(3);
});

test('a model that cannot do it is told once, and its answers are scored as they are', async () => {
  const { canaries, warnings, summary } = await runOn(
    cuttingModel({ cut: whole, say: (answer, request) => plain(isCanary(request) ? 'No idea.' : answer) }),
  );
  expect(summary).toMatchObject({ scored: 9, missing: 0 });
  expect(canaries).toHaveLength(2);
  expect(warnings.filter((message) => /cannot be told from/.test(message))).toHaveLength(1);
});

test('canaries count against the budget and in the bill', async () => {
  const lengths = { lengths: '4k', depths: '0,50,100', trials: '3' };
  const free = await runOn(cuttingModel({ cut: whole }), { flags: lengths });
  expect(free.canaries).toHaveLength(2);
  const planned = free.rows.reduce((sum, { sample }) => sum + sample.promptTokens, 0);
  expect(free.summary.promptTokens).toBeGreaterThan(planned + 4_000);
  // Room for four cells of 3,872 tokens: the control and one canary of 4K take the room of one and a half.
  const tight = await runOn(cuttingModel({ cut: whole }), {
    flags: lengths,
    budget: { promptTokens: 16_000 },
  });
  expect(tight.summary).toMatchObject({ ended: 'budget', scored: 2 });
  expect(tight.canaries).toHaveLength(2);
  // No room for any: the cell that was paid for is kept.
  const none = await runOn(cuttingModel({ cut: whole }), { flags: lengths, budget: { promptTokens: 4_000 } });
  expect(none.summary).toMatchObject({ ended: 'budget', scored: 1 });
  expect(none.canaries).toEqual([]);
});

test('an interrupted run sends no canary more and keeps what was answered', async () => {
  const { rows, canaries, summary } = await runOn(cuttingModel({ cut: keepTail(12_000) }), {
    flags: { lengths: '4k' },
    onEvent: (event, stop) => {
      if (event.type === 'answered') stop();
    },
  });
  expect(summary.ended).toBe('interrupted');
  expect(rows.map(({ outcome }) => outcome)).toEqual(['scored']);
  expect(canaries).toEqual([]);
});

test('what an endpoint turned out to be is in the manifest, and a resumed run still knows it', async () => {
  const dir = join(await freshDir(), 'out');
  const script = (request: SeenRequest): Reply => {
    const { body, prompt } = request;
    if ('max_tokens' in body) {
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
      return {
        json: { error: { message, param: 'max_tokens', code: 'unsupported_parameter' } },
        status: 400,
      };
    }
    if (prompt.length > 30_000) {
      const message = `This model's maximum context length is 8192 tokens. However, you requested more.`;
      return { json: { error: { message } }, status: 400 };
    }
    return cuttingModel({ cut: whole })(request);
  };
  const flags = { lengths: '1k,16k', depths: '0,50,100' };
  const first = await runOn(script, { dir, flags });
  const model = first.manifest.models[0];
  expect(model?.windows.served).toBe(8_192);
  expect(model?.adapted).toEqual(['max_completion_tokens']);
  // One refusal, then longer cells are settled by what it said.
  const long = first.rows.filter(({ cell }) => cell.contextLength === 16_000);
  expect(long.map(({ reason }) => reason)).toEqual(['overflow', 'overflow', 'overflow']);
  expect(long.map(({ attempts }) => attempts).sort()).not.toEqual([1, 1, 1]);
  const again = await runOn(script, { dir, flags });
  expect(again.cells).toEqual([]);
  expect(again.manifest.models[0]).toMatchObject({
    windows: { served: 8_192 },
    adapted: ['max_completion_tokens'],
  });
});
