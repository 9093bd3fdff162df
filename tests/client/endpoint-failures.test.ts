import { afterEach, expect, test } from 'vitest';
import type { EndpointError } from '../../src/client/endpoint-error.ts';
import { createEndpointClient } from '../../src/client/openai-client.ts';
import { chatEvents, closedPort, type Reply } from '../run/scripted-server.ts';
import { closeAll, endpoint, failureOf, key, open, question } from './scripted-endpoint.ts';

afterEach(closeAll);

const failures: readonly (readonly [string, Reply, Partial<EndpointError>])[] = [
  [
    '429',
    { json: { error: { message: 'slow down' } }, status: 429, headers: { 'retry-after': '3' } },
    { kind: 'rate_limited', code: 'http_429', status: 429, retryAfterMs: 3_000 },
  ],
  [
    '500',
    { text: 'oh no', status: 500, headers: { 'x-request-id': 'r-1' } },
    {
      kind: 'server',
      code: 'http_500',
      requestId: 'r-1',
      message: expect.stringContaining('oh no') as string,
    },
  ],
  [
    "a gateway's page",
    { text: '<html><h1>502 Bad Gateway</h1></html>', status: 502, headers: { 'content-type': 'text/html' } },
    {
      kind: 'server',
      code: 'http_502',
      overloaded: false,
      message: expect.stringContaining('502 Bad Gateway') as string,
    },
  ],
  [
    'a 429 that names no wait',
    { json: { error: { message: 'slow down' } }, status: 429 },
    { kind: 'rate_limited', retryAfterMs: null },
  ],
  [
    'an overload',
    { json: { error: { message: 'come back' } }, status: 503, headers: { 'retry-after': '2' } },
    { kind: 'server', code: 'http_503', retryAfterMs: 2_000, overloaded: true },
  ],
  [
    'a flat error',
    { json: { object: 'error', message: 'flat words', code: 400 }, status: 400 },
    { kind: 'rejected', message: expect.stringContaining('flat words') as string },
  ],
  [
    'overflow',
    { json: { error: { type: 'exceed_context_size_error', message: 'too long', n_ctx: 512 } }, status: 400 },
    { kind: 'overflow', code: 'overflow', servedWindow: 512 },
  ],
  ['a reset', 'reset', { kind: 'network', code: 'network', unreachable: false }],
  ['half a JSON body', { half: '{"choices":[{"mess' }, { kind: 'stream_cut' }],
  [
    'JSON that is none',
    { text: '{"choices":', headers: { 'content-type': 'application/json' } },
    { kind: 'bad_response' },
  ],
  [
    'a web page',
    { text: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } },
    { kind: 'bad_response' },
  ],
  ['no choices', { json: { object: 'list', data: [] } }, { kind: 'bad_response' }],
  [
    'an error in a 200',
    { json: { error: { code: 502, message: 'upstream gone' } } },
    { kind: 'server', code: 'error_in_answer', status: null },
  ],
  [
    'an error in a stream',
    {
      events: [
        'data: {"choices":[{"delta":{"content":"4"}}]}\n\n',
        'data: {"error":{"code":429,"message":"busy"}}\n\n',
      ],
    },
    { kind: 'rate_limited', code: 'error_in_answer' },
  ],
  [
    'a bare error in a stream',
    { events: ['event: error\ndata: {"object":"error","message":"worker died"}\n\n'] },
    { kind: 'server', message: expect.stringContaining('worker died') as string },
  ],
  [
    'a stream that just ends',
    { events: ['data: {"choices":[{"delta":{"content":"4"}}]}\n\n'] },
    { kind: 'stream_cut', code: 'stream_cut' },
  ],
  [
    'a stream that only kept the connection alive',
    { events: [': OPENROUTER PROCESSING\n\n', ': keep-alive\n\n', '\n\n'] },
    { kind: 'stream_cut', code: 'stream_cut' },
  ],
  [
    'a stream that is cut',
    { events: ['data: {"choices":[{"delta":{"content":"4"}}]}\n\n'], end: 'cut' },
    { kind: 'stream_cut' },
  ],
  ['a stream of half a JSON', { events: ['data: {"choices":[{"del\n\n'] }, { kind: 'bad_response' }],
  [
    'a finish reason that is a failure',
    { json: { choices: [{ message: { content: '' }, finish_reason: 'network_error' }] } },
    { kind: 'server' },
  ],
];

test.each(failures)('%s is told apart', async (_what, reply, expected) => {
  const { client } = await endpoint(() => reply);
  expect(await failureOf(client.complete(question))).toMatchObject(expected);
});

test('an answer whose connection breaks after its finish reason is whole', async () => {
  const events = chatEvents(['7']).slice(0, 3);
  const { client } = await endpoint(() => ({ events, end: 'cut' }));
  expect(await client.complete(question)).toMatchObject({
    text: '7',
    finishReason: 'stop',
    usage: { promptTokens: null },
  });
});

test('a refused connection is known as such', async () => {
  const client = createEndpointClient({
    baseUrl: `http://127.0.0.1:${await closedPort()}/v1`,
    apiKey: null,
    headers: {},
    timeoutSeconds: 5,
  });
  open.push(() => client.close());
  const error = await failureOf(client.complete(question));
  expect(error).toMatchObject({ kind: 'network', unreachable: true, providerCode: 'ECONNREFUSED' });
});

test('the time limit holds to the first byte and between bytes, and keep-alive comments count', async () => {
  const slow = await endpoint(() => 'hang', { timeoutSeconds: 0.2 });
  expect(await failureOf(slow.client.complete(question))).toMatchObject({ kind: 'timeout', code: 'timeout' });
  const stuck = await endpoint(() => ({ events: chatEvents(['4']).slice(0, 2), end: 'hang' }), {
    timeoutSeconds: 0.2,
  });
  expect(await failureOf(stuck.client.complete(question))).toMatchObject({ kind: 'timeout' });
  const pings = Array.from({ length: 34 }, () => ': keep-alive\n\n');
  const alive = await endpoint(() => ({ events: [...pings, ...chatEvents(['7'])], gapMs: 50 }), {
    timeoutSeconds: 1.5,
  });
  expect(await alive.client.complete(question)).toMatchObject({ text: '7' });
});

test('a call that is broken off rejects with the reason', async () => {
  const { client } = await endpoint(() => ({ events: chatEvents(['4']).slice(0, 2), end: 'hang' }));
  const controller = new AbortController();
  const call = client.complete({ ...question, signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(call).rejects.toThrow('enough');
});

test('neither the key nor secrets of the URL appear in an error', async () => {
  const { server, client } = await endpoint(
    ({ headers, path }) => ({
      json: { error: { message: `bad key ${String(headers['authorization'])} for ${path} of field-notes` } },
      status: 401,
    }),
    { suffix: '?token=url-secret-77' },
  );
  const error = await failureOf(client.complete(question));
  expect(error.kind).toBe('auth');
  const shown = JSON.stringify([
    error,
    error.message,
    error.stack,
    String(error.cause),
    (error.cause as Error | undefined)?.stack,
  ]);
  for (const secret of [key, 'url-secret-77', 'field-notes']) expect(shown).not.toContain(secret);
  expect(error.message).toContain('[redacted]');
  expect(server.seen[0]?.path).toBe('/v1/chat/completions?token=url-secret-77');
});
