import { afterEach, expect, test } from 'vitest';
import { createServerCounter, type ServerCounter } from '../../src/client/tokenize.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { closedPort, type Reply, type SeenRequest, startScriptedServer } from '../run/scripted-server.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Both servers below count words; templates add a fixed number of them. */
const words = (text: unknown): number => String(text).split(/\s+/).filter(Boolean).length;

function llamaCpp({ path, body }: SeenRequest): Reply {
  if (path === '/apply-template') {
    const [message] = body['messages'] as { content: string }[];
    return { json: { prompt: `<s> user ${message?.content} </s> assistant` } };
  }
  if (path !== '/tokenize') return { text: 'File Not Found', status: 404 };
  const extra = body['add_special'] === true ? 1 : 0;
  return { json: { tokens: Array.from({ length: words(body['content'] ?? '') + extra }, (_, id) => id) } };
}

function vllm({ path, body }: SeenRequest): Reply {
  if (path !== '/tokenize') return { json: { detail: 'Not Found' }, status: 404 };
  const { prompt, messages } = body as { prompt?: string; messages?: { content: string }[] };
  if (prompt === undefined && messages === undefined)
    return { json: { detail: 'field required' }, status: 422 };
  const count = messages === undefined ? words(prompt) : words(messages.map((m) => m.content).join(' ')) + 9;
  if (body['add_special_tokens'] === true) return { json: { count: count + 2, max_model_len: 8192 } };
  return { json: { count, max_model_len: 8192, tokens: [] } };
}

async function counterOn(script: (request: SeenRequest) => Reply): Promise<ServerCounter> {
  const server = await startScriptedServer(script);
  open.push(() => server.close());
  const options = { model: 'm', apiKey: 'sk-secret-0123', headers: {}, timeoutSeconds: 5 };
  const counter = await createServerCounter({ baseUrl: server.url, ...options });
  open.unshift(() => counter.close());
  return counter;
}

test.each([
  ['llama.cpp', llamaCpp, 5, 1, null],
  ['vLLM', vllm, 9, 2, 8_192],
] as const)('%s counts and tells its template', async (_who, script, overhead, start, window) => {
  const counter = await counterOn(script);
  expect(counter.tokenizer).toMatchObject({ id: 'server:m', exact: true, splitRule: 'none' });
  expect(await counter.tokenizer.count('one two three')).toBe(3);
  expect(await counter.tokenizer.count('')).toBe(0);
  expect(await counter.templateOverhead()).toBe(overhead);
  expect(await counter.templateOverhead([{ role: 'user', content: 'a b c' }])).toBe(overhead);
  // What stands before a text that is completed: no template, but BOS.
  expect(await counter.startTokens()).toBe(start);
  expect(counter.window).toBe(window);
});

test('a server that refuses to count with special tokens leaves those before a text unknown', async () => {
  const counter = await counterOn((request) =>
    request.body['add_special'] === true ? { json: {}, status: 400 } : llamaCpp(request),
  );
  expect(await counter.startTokens()).toBeNull();
});

test('a server without a template route leaves the overhead unknown', async () => {
  const counter = await counterOn((request) =>
    request.path === '/apply-template' ? { text: 'no', status: 404 } : llamaCpp(request),
  );
  expect(await counter.templateOverhead()).toBeNull();
});

test('a connection that breaks once is tried again, since counting changes nothing', async () => {
  let broken = false;
  const counter = await counterOn((request) => {
    if (request.index !== 1 || broken) return llamaCpp(request);
    broken = true;
    return 'reset';
  });
  expect(await counter.tokenizer.count('one two')).toBe(2);
  expect(broken).toBe(true);
});

test('a server that stops counting is told as a tokenizer that cannot be used', async () => {
  let gone = false;
  const counter = await counterOn((request) => (gone ? { text: 'oops', status: 500 } : llamaCpp(request)));
  gone = true;
  const unusable = { code: 'tokenizer_unusable', message: expect.stringContaining('500') };
  await expect(counter.tokenizer.count('one')).rejects.toMatchObject(unusable);
  expect(await counter.templateOverhead()).toBeNull();
});

test('a server that does not count is no tokenizer, and the error says what to do', async () => {
  const failed = counterOn(() => ({ json: { error: 'unknown path sk-secret-0123' }, status: 404 }));
  const error = await failed.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NeedlescopeError);
  expect(error).toMatchObject({ code: 'tokenizer_unusable', hint: expect.stringContaining('tokenizer') });
  expect(String(error)).not.toContain('sk-secret');
});

test('a server that is not there is told apart', async () => {
  const baseUrl = `http://127.0.0.1:${await closedPort()}/v1`;
  const failed = createServerCounter({ baseUrl, model: 'm', apiKey: null, headers: {}, timeoutSeconds: 5 });
  await expect(failed).rejects.toMatchObject({ code: 'endpoint_unreachable' });
});
