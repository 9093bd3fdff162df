import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Flags } from '../../../src/config/flags.ts';
import { resolveConfig } from '../../../src/config/resolve.ts';
import { examine } from '../../../src/run/doctor/examine.ts';
import type { Diagnosis } from '../../../src/run/doctor/examine-model.ts';
import type { Finding } from '../../../src/run/doctor/finding.ts';
import type { Connection } from '../../../src/run/look-ahead.ts';
import { startOneModelServer } from '../one-model-server.ts';
import { closedPort, type Reply, type SeenRequest, startScriptedServer } from '../scripted-server.ts';

// Every test here goes to one length, so that its text is made once.
const lengths = '1k,9k';
let cacheDir = '';
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'needlescope-doctor-'));
});
afterAll(() => rm(cacheDir, { recursive: true, force: true }));
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Told extends Omit<Diagnosis, 'findings'> {
  readonly findings: Readonly<Record<string, Finding>>;
  /** Checks that are a problem. */
  readonly problems: readonly string[];
}

/** What doctor says of the one model that flags describe. */
async function diagnose(flags: Flags, env: Record<string, string> = {}): Promise<Told> {
  const resolution = resolveConfig({ file: null, flags, env, offline: true });
  const { models } = await examine({
    config: resolution.config,
    connections: resolution.connections as ReadonlyMap<string, Connection>,
    dir: '/',
    cells: 1,
    baseDir: '/',
    tokenizerDir: '/',
    cacheDir,
    timeoutSeconds: 20,
    signal: new AbortController().signal,
    tell: () => undefined,
  });
  const [model] = models;
  if (model === undefined) throw new Error('expected a model');
  const { findings } = model;
  return {
    ...model,
    findings: Object.fromEntries(findings.map((each) => [each.check, each])),
    problems: findings.flatMap(({ check, severity }) => (severity === 'problem' ? [check] : [])),
  };
}

async function oneModel(
  profile: string,
  routes: Parameters<typeof startOneModelServer>[0]['routes'] = {},
): ReturnType<typeof startOneModelServer> {
  const server = await startOneModelServer({ id: 'qwen2:7b', profile, routes });
  open.push(() => server.close());
  return server;
}

const listed: Reply = { json: { data: [{ id: 'qwen2:7b' }] } };

describe('a server that truncates silently', () => {
  test('like Ollama is named, with its window and how to change it', async () => {
    const server = await oneModel('halves', {
      'GET /v1/models': () => listed,
      'GET /api/ps': () => ({ json: { models: [{ name: 'qwen2:7b', context_length: 8_192 }] } }),
      'POST /tokenize': null,
    });
    const told = await diagnose({ baseUrl: server.url, lengths, tokenizer: 'o200k_base' });
    expect(told).toMatchObject({ model: 'qwen2:7b', server: 'Ollama', windows: { served: 8_192 } });
    expect(told.problems).toEqual(['window', 'truncation']);
    expect(told.findings['truncation']).toMatchObject({
      message: expect.stringMatching(/of 88\d\d tokens the server read 4098/),
      fix: expect.stringContaining('OLLAMA_CONTEXT_LENGTH=9000'),
    });
    // A question, a short canary twice, one of four times its length, one of the longest.
    expect(server.asked()).toBe(5);
  });

  test('that keeps the tail is named too, by a base model as well', async () => {
    const server = await oneModel('truncates-8k');
    const told = await diagnose({ baseUrl: server.url, api: 'completions', lengths });
    expect(told.problems).toEqual(['truncation']);
    expect(told.findings['truncation']?.message).toContain('its window is about 8192');
    expect(told.findings['tokenizer']).toMatchObject({ severity: 'ok' });
    expect(told.findings['template']?.message).toBe('the server adds 0 tokens, as planned');
  });
});

test('a good server has no problem; its tokenizer, template and window are told', async () => {
  const server = await oneModel('perfect', {
    'GET /props': () => ({
      json: { default_generation_settings: { n_ctx: 4_096 }, total_slots: 2 },
      headers: { date: new Date(Date.now() - 7_200_000).toUTCString() },
    }),
  });
  const told = await diagnose({ baseUrl: server.url, lengths });
  expect(told.problems).toEqual([]);
  expect(told).toMatchObject({ server: 'llama.cpp', tokenizer: 'server:qwen2:7b' });
  expect(told.findings).toMatchObject({
    key: { severity: 'ok' },
    model: { severity: 'ok' },
    window: { severity: 'ok' },
    tokenizer: { message: expect.stringContaining('planned = counted') },
    template: { message: 'the chat template adds 8 tokens, as planned' },
    truncation: { message: expect.stringContaining('the number at its start came back') },
  });
});

test('another model’s tokenizer is caught by its drift', async () => {
  const server = await oneModel('perfect');
  const told = await diagnose({ baseUrl: server.url, lengths, tokenizer: 'cl100k_base' });
  expect(told.problems).toEqual(['tokenizer']);
  expect(told.findings['tokenizer']?.fix).toContain('--tokenizer server');
});

describe('what cannot be asked', () => {
  test('nobody there', async () => {
    const told = await diagnose({ baseUrl: `http://127.0.0.1:${await closedPort()}/v1`, model: 'm' });
    expect(told.problems).toEqual(['reach']);
  });

  test('a key that is not set, and one that is refused; neither is shown', async () => {
    const server = await startScriptedServer(() => ({ json: { error: { message: 'no' } }, status: 401 }));
    open.push(() => server.close());
    const flags = { baseUrl: server.url, model: 'm', apiKeyEnv: 'MY_KEY' };
    const unset = await diagnose(flags);
    expect(unset.findings['key']).toMatchObject({
      severity: 'problem',
      fix: 'export MY_KEY=… in this shell',
    });
    expect(server.seen).toHaveLength(0);
    const refused = await diagnose(flags, { MY_KEY: 'sk-secret-0123456789' });
    expect(refused.findings['key']?.fix).toContain('MY_KEY');
    expect(JSON.stringify(refused)).not.toContain('sk-secret');
  });

  test('several models and none named, or one that is misspelt', async () => {
    const script = ({ method }: SeenRequest): Reply =>
      method === 'GET'
        ? { json: { data: [{ id: 'qwen2-7b', max_model_len: 8_192 }, { id: 'glm-4' }] } }
        : { json: { error: { message: 'The model does not exist', code: 'model_not_found' } }, status: 404 };
    const server = await startScriptedServer(script);
    open.push(() => server.close());
    const several = await diagnose({ baseUrl: server.url });
    expect(several.findings['model']?.message).toContain('serves 2 models: qwen2-7b, glm-4');
    const misspelt = await diagnose({ baseUrl: server.url, model: 'qwen-7b', lengths: '1k' });
    expect(misspelt.findings['model']).toMatchObject({ severity: 'problem', fix: '--model qwen2-7b' });
  });
});
