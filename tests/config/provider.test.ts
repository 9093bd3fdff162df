import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readPrices } from '../../src/config/read-prices.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { readPriceTable } from '../../src/models/prices.ts';
import { findProvider, providerAt, providers } from '../../src/models/providers.ts';

const env = Object.fromEntries(
  Object.values(providers).flatMap(({ apiKeyEnv }) => (apiKeyEnv === null ? [] : [[apiKeyEnv, 'k']])),
);
const one = (flags: Parameters<typeof resolveConfig>[0]['flags'], body?: string) => {
  const file =
    body === undefined ? null : parseConfig(`version: 1\n${body}`, { path: 'bench/run.yaml', dir: 'bench' });
  const { config, connections } = resolveConfig({ file, flags, env });
  const model = config.models[0];
  if (model === undefined) throw new Error('no model');
  return { model, connection: connections.get(model.name) };
};

test('every provider fills in address, key, dialect and the fields its requests need', () => {
  for (const [name, row] of Object.entries(providers)) {
    const { model, connection } = one({ provider: name, model: 'some/model' });
    expect(connection).toMatchObject({
      baseUrl: row.baseUrl,
      apiKey: row.apiKeyEnv === null ? null : 'k',
      tokensField: row.tokensField,
    });
    expect(model).toMatchObject({ provider: name, apiKeyEnv: row.apiKeyEnv, extraBody: row.extraBody });
  }
});

test('the id that a provider has for a preset is sent there, the repository elsewhere', () => {
  expect(one({ provider: 'ollama', preset: 'qwen2-7b' }).model.model).toBe('qwen2:7b');
  expect(one({ provider: 'vllm', preset: 'qwen2-7b' }).model.model).toBe('Qwen/Qwen2-7B-Instruct');
  expect(one({ provider: 'ollama', preset: 'qwen2-7b', model: 'mine' }).model.model).toBe('mine');
});

test("--lengths published asks the grid of the maker's own chart, and of no other model", () => {
  const { model } = one({ preset: 'glm-4-9b-chat-1m', provider: 'vllm', lengths: 'published' });
  expect(model.contextLengths).toHaveLength(12);
  expect(model.contextLengths?.at(-1)).toBe(1_024_000);
  expect(model.depths).toEqual([0, 0.09, 0.18, 0.27, 0.36, 0.45, 0.55, 0.64, 0.73, 0.82, 0.91, 1]);
  const own = one({ preset: 'deepseek-v2', provider: 'vllm', lengths: 'published', depths: '50' }).model;
  expect(own.contextLengths?.slice(0, 4)).toEqual([1_000, 12_000, 24_000, 35_000]);
  expect(own.depths).toEqual([0.5]);
  expect(() => one({ preset: 'qwen2-7b', provider: 'vllm', lengths: 'published' })).toThrow(
    /whose maker published a chart \(glm-4-9b-chat-1m, deepseek-v2\)/,
  );
});

test('a service is known by its address too, a server of one’s own is not', () => {
  for (const [name, row] of Object.entries(providers)) {
    const isHosted = row.apiKeyEnv !== null;
    const hosts = [row.baseUrl, ...row.otherBaseUrls];
    for (const url of hosts) expect(providerAt(url)).toBe(isHosted ? name : null);
  }
  const { model } = one({ baseUrl: 'https://openrouter.ai/api/v1', model: 'meta-llama/llama-3-8b-instruct' });
  // Without this the service takes the middle out of long prompts.
  expect(model.extraBody).toEqual({ plugins: [{ id: 'context-compression', enabled: false }] });
  expect(model.apiKeyEnv).toBe('OPENROUTER_API_KEY');
  expect(providerAt('https://openrouter.ai.example.org/v1')).toBeNull();
  expect(providerAt('no address')).toBeNull();
});

test('the key of a service that was not named is taken where it is set, and where nothing else brings one', () => {
  const at = 'https://openrouter.ai/api/v1';
  const keyOf = (environment: Record<string, string>, headers = '') => {
    const body = `version: 1\nmodels: [{model: m, baseUrl: "${at}"${headers}}]\n`;
    const file = parseConfig(body, { path: 'run.yaml', dir: '.' });
    return resolveConfig({ file, flags: {}, env: environment }).config.models[0]?.apiKeyEnv;
  };
  expect(keyOf({ OPENROUTER_API_KEY: 'k' })).toBe('OPENROUTER_API_KEY');
  expect(keyOf({})).toBeNull();
  const own = `, headers: {Authorization: "Bearer \${TOKEN}"}`;
  expect(keyOf({ OPENROUTER_API_KEY: 'k', TOKEN: 't' }, own)).toBeNull();
});

test("a template's settings go only to servers that render templates", () => {
  const pinned = { chat_template_kwargs: { date_string: '26 Jul 2024' } };
  expect(one({ provider: 'vllm', preset: 'llama-3.1-8b' }).model.extraBody).toEqual(pinned);
  expect(one({ baseUrl: 'http://127.0.0.1:1/v1', preset: 'llama-3.1-8b' }).model.extraBody).toEqual(pinned);
  expect(one({ provider: 'fireworks', preset: 'llama-3.1-8b' }).model.extraBody).toEqual({});
});

test('thinking is switched in the words of the provider, else of the preset', () => {
  const body = (provider: string, thinking: string, more = ''): unknown =>
    one({}, `models: [{model: m, provider: ${provider}, thinking: ${thinking}${more}}]\n`).model.extraBody;
  expect(body('vllm', 'off')).toEqual({ chat_template_kwargs: { enable_thinking: false } });
  expect(body('dashscope', 'on')).toEqual({ enable_thinking: true });
  expect(body('zhipu', 'off', ', extraBody: {do_sample: false}')).toEqual({
    do_sample: false,
    thinking: { type: 'disabled' },
  });
  const preset = 'models: [{preset: deepseek-v4-flash, baseUrl: "http://127.0.0.1:1/v1", thinking: off}]\n';
  expect(one({}, preset).model.extraBody).toEqual({ thinking: { type: 'disabled' } });
  const unknown = 'models: [{model: m, baseUrl: "http://127.0.0.1:1/v1", thinking: off}]\n';
  expect(() => one({}, unknown)).toThrow(
    /models\[0\]\.thinking: expected a provider or preset with a switch/,
  );
});

test('thinking keeps what else a template is told', () => {
  const body = one({}, 'models: [{preset: llama-3.1-8b, provider: vllm, thinking: off}]\n').model.extraBody;
  expect(body).toEqual({ chat_template_kwargs: { date_string: '26 Jul 2024', enable_thinking: false } });
});

test('prices of a file stand over the table, and under the config', () => {
  const prices = readPriceTable({
    'deepseek/deepseek-v4-flash': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
  });
  const resolve = (body: string) =>
    resolveConfig({
      file: parseConfig(`version: 1\nmodels: [{${body}}]\n`, { path: 'run.yaml', dir: '.' }),
      flags: {},
      env,
      prices,
    }).config.models[0]?.price;
  expect(resolve('preset: deepseek-v4-flash, provider: deepseek')).toMatchObject({ input: 1, output: 2 });
  expect(resolve('preset: deepseek-v2, provider: vllm')).toMatchObject({ input: 0.14, output: 0.28 });
  expect(
    resolve('preset: deepseek-v4-flash, provider: deepseek, price: {input: 9, output: 9}'),
  ).toMatchObject({ input: 9 });
});

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-prices-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a file of prices is read, and one that is none is told with what was expected', async () => {
  const good = join(dir, 'prices.json');
  await writeFile(good, JSON.stringify({ m: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 } }));
  expect((await readPrices(good)).find('m', null)?.input).toBe(1);
  for (const [name, text] of [
    ['empty.json', '{}'],
    ['broken.json', '{'],
    ['nowhere.json', null],
  ] as const) {
    const path = join(dir, name);
    if (text !== null) await writeFile(path, text);
    const error = await readPrices(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NeedlescopeError);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(path) });
  }
});

test('what the table says of a batch is whole numbers, and every row has sources', () => {
  for (const [name, row] of Object.entries(providers)) {
    expect(row.sources.length, name).toBeGreaterThan(0);
    const { discountPercent = null, mostRequests = null, mostMegabytes = null } = row.batch ?? {};
    for (const figure of [discountPercent, mostRequests, mostMegabytes])
      if (figure !== null) expect(Number.isInteger(figure) && figure > 0, name).toBe(true);
    for (const field of row.unverified) expect(Object.keys(row), name).toContain(field.split(/[.:]/)[0]);
  }
  expect(findProvider('zhipu')?.batch).toMatchObject({ mostRequests: 50_000, mostMegabytes: 100 });
});
