import { afterEach, expect, test } from 'vitest';
import { createEndpointClient, type EndpointClient } from '../../src/client/openai-client.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { chatAnswer, chatEvents, type Reply, startScriptedServer } from '../run/scripted-server.ts';
import { closeAll, endpoint, failureOf, key, open, question } from './scripted-endpoint.ts';

afterEach(closeAll);

test('a streamed answer comes with usage, finish reason and time to first token', async () => {
  const { server, client } = await endpoint(() => ({ events: [': ping\n\n', ...chatEvents(['48', '213'])] }));
  const completion = await client.complete(question);
  expect(completion).toMatchObject({
    text: '48213',
    reasoning: null,
    finishReason: 'stop',
    servedModel: 'served-model',
    usage: { promptTokens: 100, completionTokens: 2, cachedTokens: null },
  });
  expect(completion.ttftMs).not.toBeNull();
  expect(completion.latencyMs).toBeGreaterThanOrEqual(completion.ttftMs ?? Number.POSITIVE_INFINITY);
  const [request] = server.seen;
  expect(request?.path).toBe('/v1/chat/completions');
  expect(request?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'x-team': 'field-notes' });
  expect(request?.body).toEqual({
    model: 'm',
    messages: question.messages,
    max_tokens: 32,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test('a whole answer comes without time to first token', async () => {
  const { server, client } = await endpoint(() => ({
    json: {
      model: 'served-model',
      choices: [{ message: { content: '7', reasoning_content: 'hm' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 4 },
    },
  }));
  const completion = await client.complete({ ...question, stream: false });
  expect(completion).toMatchObject({
    text: '7',
    reasoning: 'hm',
    ttftMs: null,
    usage: { promptTokens: 9, completionTokens: 1, cachedTokens: 4 },
  });
  expect(server.seen[0]?.body).not.toHaveProperty('stream_options');
});

test('the completions API gets the text and the stop sequences', async () => {
  const { server, client } = await endpoint(() => ({
    json: { choices: [{ text: ' 48213', finish_reason: 'stop' }], usage: { prompt_tokens: 3 } },
  }));
  const completion = await client.complete({ ...question, api: 'completions', stream: false });
  expect(completion.text).toBe(' 48213');
  expect(server.seen[0]).toMatchObject({
    path: '/v1/completions',
    body: { prompt: 'The number is', stop: ['\n'] },
  });
});

test('extraBody is sent as it is and wins', async () => {
  const { server, client } = await endpoint(() => chatAnswer('7'));
  const extraBody = {
    chat_template_kwargs: { enable_thinking: false },
    max_completion_tokens: 9,
    stream: false,
  };
  await client.complete({ ...question, extraBody });
  expect(server.seen[0]?.body).toMatchObject(extraBody);
  expect(server.seen[0]?.body).not.toHaveProperty('max_tokens');
});

test.each<[string, string[], string, string | null]>([
  [
    'reasoning_content',
    ['{"reasoning_content":"I see "}', '{"reasoning_content":"7"}', '{"content":"7"}'],
    '7',
    'I see 7',
  ],
  ['reasoning', ['{"reasoning":"I see 7"}', '{"content":"7"}'], '7', 'I see 7'],
  [
    'think tags over several chunks',
    ['{"content":"<thi"}', '{"content":"nk>I see</think>"}', '{"content":"7"}'],
    '7',
    'I see',
  ],
  ['thoughts that never end', ['{"content":"<think>I see"}'], '', 'I see'],
  [
    'a list of parts',
    ['{"content":[{"type":"thinking","thinking":[{"text":"hm"}]},{"type":"text","text":"7"}]}'],
    '7',
    'hm',
  ],
])('thoughts by %s are taken apart', async (_how, deltas, text, reasoning) => {
  const events = deltas.map((delta) => `data: {"choices":[{"delta":${delta}}]}\n\n`);
  const { client } = await endpoint(() => ({ events: [...events, 'data: [DONE]\n\n'] }));
  expect(await client.complete(question)).toMatchObject({ text, reasoning, finishReason: null });
});

test('a server that answers a stream request with JSON is understood', async () => {
  const { client } = await endpoint(() => chatAnswer('7'));
  expect(await client.complete(question)).toMatchObject({ text: '7', ttftMs: null });
});

test('a parameter the endpoint does not take is dropped once and for all', async () => {
  const refuse = (param: string, message: string): Reply => ({
    json: { error: { message, type: 'invalid_request_error', param, code: 'unsupported_parameter' } },
    status: 400,
  });
  const told: string[] = [];
  const { server, client } = await endpoint(
    ({ body }) => {
      if ('max_tokens' in body)
        return refuse(
          'max_tokens',
          "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        );
      if ('temperature' in body)
        return refuse('temperature', "Unsupported value: 'temperature' does not support 0.");
      if ('stream_options' in body) return refuse('stream_options', 'unknown field stream_options');
      return chatAnswer('7');
    },
    { onAdapt: (message?: string) => told.push(message ?? '') },
  );
  let requests = 0;
  const onRequest = (): void => {
    requests++;
  };
  await client.complete({ ...question, onRequest });
  expect(requests).toBe(4);
  await client.complete({ ...question, onRequest });
  expect(requests).toBe(5);
  expect(server.seen.at(-1)?.body).toEqual({
    model: 'm',
    messages: question.messages,
    max_completion_tokens: 32,
    stream: true,
  });
  expect(told).toHaveLength(3);
});

test('a temperature out of range is an error and not dropped', async () => {
  const { server, client } = await endpoint(() => ({
    json: { error: { message: '`temperature` must be strictly positive' } },
    status: 422,
  }));
  expect(await failureOf(client.complete(question))).toMatchObject({ kind: 'rejected' });
  expect(server.seen).toHaveLength(1);
});

test('user and password of the URL travel as Basic', async () => {
  const server = await startScriptedServer(() => chatAnswer('7'));
  const client = createEndpointClient({
    baseUrl: server.url.replace('http://', 'http://ada:pass-word@'),
    apiKey: null,
    headers: {},
    timeoutSeconds: 5,
  });
  open.push(
    () => client.close(),
    () => server.close(),
  );
  await client.complete(question);
  expect(server.seen[0]?.headers['authorization']).toBe(`Basic ${btoa('ada:pass-word')}`);
});

test.each([
  ['a URL that is none', { baseUrl: 'localhost:8000' }],
  ['a URL of another kind', { baseUrl: 'file:///etc' }],
  ['a key with a line break', { apiKey: `${key}\n` }],
  ['a header outside ASCII', { headers: { 'x-name': 'naïve–secret' } }],
])('%s is a config error that shows no secret', (_what, more) => {
  const make = (): EndpointClient =>
    createEndpointClient({
      baseUrl: 'http://127.0.0.1:1/v1',
      apiKey: null,
      headers: {},
      timeoutSeconds: 1,
      ...more,
    });
  expect(make).toThrow(NeedlescopeError);
  expect(make).not.toThrow(/secret/);
});

test('without a key no Authorization is sent, whatever the shell says', async () => {
  const server = await startScriptedServer(() => chatAnswer('7'));
  process.env['OPENAI_API_KEY'] = 'sk-of-the-shell';
  const client = createEndpointClient({ baseUrl: server.url, apiKey: null, headers: {}, timeoutSeconds: 5 });
  open.push(
    () => client.close(),
    () => server.close(),
  );
  try {
    await client.complete(question);
  } finally {
    delete process.env['OPENAI_API_KEY'];
  }
  expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
});

test('models are listed with their windows in every dialect', async () => {
  const { client } = await endpoint(() => ({
    json: {
      object: 'list',
      data: [
        { id: 'a', max_model_len: 8192 },
        { id: 'b', meta: { n_ctx: 4096, n_ctx_train: 8192 } },
        { id: 'c', context_length: 131_072 },
        { id: 'd', context_window: 32_768 },
        { id: 'e' },
      ],
    },
  }));
  expect(await client.listModels()).toEqual([
    { id: 'a', window: 8_192 },
    { id: 'b', window: 4_096 },
    { id: 'c', window: 131_072 },
    { id: 'd', window: 32_768 },
    { id: 'e', window: null },
  ]);
});
