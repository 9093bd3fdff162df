import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classifyError, isOverloaded } from '../../src/client/classify.ts';
import { EndpointError } from '../../src/client/endpoint-error.ts';
import { readErrorBody } from '../../src/client/error-body.ts';
import { createEndpointClient, type EndpointClient } from '../../src/client/openai-client.ts';
import { createServerCounter } from '../../src/client/tokenize.ts';
import type { Provider } from '../../src/models/provider.ts';
import { providers } from '../../src/models/providers.ts';
import { type DressName, dresses } from '../../src/reference/dresses.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';

const window = 2_000;
const id = 'maker/its-model';
const fact = 'The secret number of the harbour library is 48213.';
const question = 'What is the secret number of the harbour library? Answer with the number only.';
const filler = 'The tide was low and the boats lay on the sand. ';
const short = `${filler.repeat(20)}${fact} ${filler.repeat(9)}\n\n${question}`;
const long = `${filler.repeat(300)}\n\n${short}`;

test('every row of the endpoint table has a dress', () => {
  expect(Object.keys(dresses).sort()).toEqual(Object.keys(providers).sort());
});

describe.each(Object.entries<Provider>(providers))('%s', (name, row) => {
  const dress = name as DressName;
  let server: ReferenceServer;
  let client: EndpointClient;
  beforeAll(async () => {
    server = await startReferenceServer({ dress, aliases: { [id]: { window, templateTokens: 19 } } });
    client = createEndpointClient({
      baseUrl: server.url,
      apiKey: row.apiKeyEnv === null ? null : 'k',
      headers: {},
      timeoutSeconds: 20,
      tokensField: row.tokensField,
    });
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });
  const ask = (content: string, stream: boolean) =>
    client.complete({
      api: 'chat',
      model: id,
      messages: [{ role: 'user', content }],
      text: '',
      maxTokens: 32,
      temperature: 0,
      stop: [],
      extraBody: { ...row.extraBody, ...row.thinking?.off },
      stream,
    });

  test.each([true, false])('answers as it does, its own usage fields read (stream: %s)', async (stream) => {
    const { text, usage, servedModel } = await ask(short, stream);
    expect(text).toBe(fact);
    const { count } = await loadTiktoken('o200k_base');
    expect(usage.promptTokens).toBe(count(short) + 19);
    // Whatever it was asked for as, the answer says who it is.
    expect(servedModel).toBe('known-answer/perfect-1m');
    const countsCached = row.cachedTokens !== null && !/\(with /.test(row.cachedTokens);
    expect(usage.cachedTokens).toBe(countsCached ? 0 : null);
  });

  test('a prompt over its window is told in its own words, or cut in silence', async () => {
    const answer = await ask(long, true).catch((error: unknown) => error);
    if (dresses[dress].overLength === 'halve') {
      expect(answer).toMatchObject({ usage: { promptTokens: window / 2 + 2 } });
      expect(row.overflow.silent).toContain('half the window');
      return;
    }
    expect(answer).toBeInstanceOf(EndpointError);
    expect(answer).toMatchObject({ kind: 'overflow', status: row.overflow.status });
    const namesNone = ['zhipu', 'zai', 'lm-studio', 'groq'].includes(name);
    expect((answer as EndpointError).servedWindow).toBe(namesNone ? null : window);
  });

  test('the table names the words that it refuses and turns away with', () => {
    const said = dresses[dress].refuse({ window, promptTokens: 3_000, maxTokens: 32 });
    expect(said.status).toBe(row.overflow.status);
    expect(JSON.stringify(said.body)).toContain(row.overflow.sign);
    const body = readErrorBody(JSON.stringify(said.body));
    expect(classifyError(said.status, body).kind).toBe('overflow');

    const away = dresses[dress].turnAway();
    const busy = readErrorBody(JSON.stringify(away.body));
    const { kind } = classifyError(away.status, busy);
    if (kind !== 'rate_limited') expect(isOverloaded(away.status, busy, 1_000)).toBe(true);
    expect(kind).toBe(away.status === 503 ? 'server' : 'rate_limited');
    if (row.rateLimit === null) return;
    expect(away.status).toBe(row.rateLimit.status);
    expect(JSON.stringify(away.body).toLowerCase()).toContain(row.rateLimit.sign.toLowerCase());
  });

  test('its list tells the window where the table says so', async () => {
    const [listed] = await client.listModels();
    expect(listed).toMatchObject({ id, ownedBy: 'needlescope' });
    const tells = row.servedWindow?.includes('models ') === true && name !== 'lm-studio';
    expect(listed?.window).toBe(tells ? window : null);
  });

  test('counts texts where the table says so, in the dialect it names', async () => {
    const options = { baseUrl: server.url, model: id, apiKey: null, headers: {}, timeoutSeconds: 20 };
    const counter = await createServerCounter(options).catch((error: unknown) => error);
    if (row.counting === 'usage') {
      expect(counter).toMatchObject({ code: 'tokenizer_unusable' });
      return;
    }
    const { tokenizer, templateOverhead, close } = counter as Awaited<ReturnType<typeof createServerCounter>>;
    const { count } = await loadTiktoken('o200k_base');
    expect(await tokenizer.count(long)).toBe(count(long));
    expect(await templateOverhead()).toBe(row.counting === 'vllm' ? 19 : null);
    await close();
  });
});

test('without a dress the endpoint knows its aliases and its own models', async () => {
  const server = await startReferenceServer({ aliases: { mine: { is: 'known-answer/window-8k' } } });
  const client = createEndpointClient({
    baseUrl: server.url,
    apiKey: null,
    headers: {},
    timeoutSeconds: 5,
  });
  const listed = await client.listModels();
  expect(listed[0]).toMatchObject({ id: 'mine', window: 8_192 });
  expect(listed.some((model) => model.id === 'known-answer/perfect')).toBe(true);
  await client.close();
  await server.close();
  await expect(startReferenceServer({ aliases: { mine: { is: 'a-model' } } })).rejects.toThrow(
    'no model a-model',
  );
});
