import { afterEach, expect, test } from 'vitest';
import { rememberShort } from '../../src/client/token-memo.ts';
import type { SeenRequest } from '../run/scripted-server.ts';
import { closeAll, counterOn, llamaServer, toyTokens, vllmServer } from './tokenize-server.ts';

afterEach(closeAll);

test('a short text is counted once, however often and at once it is asked for', async () => {
  const { counter, server } = await counterOn(llamaServer());
  const before = server.seen.length;
  const head = 'Read the text and answer.';
  const together = await Promise.all(Array.from({ length: 10 }, () => counter.tokenizer.count(head)));
  const later = await counter.tokenizer.count(`${head}`);
  expect(new Set([...together, later])).toEqual(new Set([toyTokens(head).length]));
  expect(server.seen).toHaveLength(before + 1);
  await counter.tokenizer.count(`${head} `);
  expect(server.seen).toHaveLength(before + 2);
});

test('a finished prompt is counted whenever it is asked for', async () => {
  const { counter, server } = await counterOn(llamaServer());
  const before = server.seen.length;
  const prompt = 'word '.repeat(1_000);
  expect([await counter.tokenizer.count(prompt), await counter.tokenizer.count(prompt)]).toEqual([
    toyTokens(prompt).length,
    toyTokens(prompt).length,
  ]);
  expect(server.seen).toHaveLength(before + 2);
});

test('a count that failed is asked for again', async () => {
  let gone = true;
  const plain = llamaServer();
  const { counter } = await counterOn((request) =>
    request.body['content'] === 'one' && gone ? { text: 'oops', status: 500 } : plain(request),
  );
  await expect(counter.tokenizer.count('one')).rejects.toMatchObject({ code: 'tokenizer_unusable' });
  gone = false;
  expect(await counter.tokenizer.count('one')).toBe(1);
});

test('a full memory drops what was not asked for the longest', async () => {
  const asked: string[] = [];
  const count = rememberShort(async (text) => asked.push(text), 12);
  for (const text of ['alpha', 'beta', 'alpha', 'gamma', 'alpha', 'beta']) await count(text);
  // `gamma` pushed `beta` out, since `alpha` had been asked for after it.
  expect(asked).toEqual(['alpha', 'beta', 'gamma', 'beta']);
});

/** SGLang's server: counts lists, shows no strings, and calls the tokenizer's own limit `max_model_len`. */
function sglang({ path, body }: SeenRequest) {
  if (path !== '/tokenize') return { json: { detail: 'Not Found' }, status: 404 };
  const { prompt } = body as { prompt?: string | string[] };
  if (prompt === undefined) return { json: { message: 'field required' }, status: 422 };
  const count = (text: string): number => toyTokens(text).length;
  const counts = typeof prompt === 'string' ? count(prompt) : prompt.map(count);
  return { json: { tokens: [], count: counts, max_model_len: 131_072 } };
}

test('a server that counts lists is asked for all sentences of one turn together', async () => {
  const { counter, server } = await counterOn(sglang);
  const before = server.seen.length;
  const sentences = Array.from({ length: 600 }, (_, i) =>
    `Sentence number ${i} is here. `.repeat((i % 19) + 1),
  );
  const counts = await Promise.all(sentences.map((sentence) => counter.tokenizer.count(sentence)));
  expect(counts).toEqual(sentences.map((sentence) => toyTokens(sentence).length));
  const lists = server.seen.slice(before).map(({ body }) => body['prompt'] as string[]);
  expect(lists.flat()).toEqual(sentences);
  expect(lists.length).toBeLessThan(6);
  expect(lists.every((list) => list.length <= 256 && list.join('').length <= 65_536)).toBe(true);
  expect(await counter.tokenizer.count('one alone')).toBe(toyTokens('one alone').length);
  expect(server.seen.at(-1)?.body['prompt']).toBe('one alone');
  expect(await counter.tokenizer.count('')).toBe(0);
  // Its `max_model_len` is the tokenizer's, not the window that is served.
  expect([counter.window, counter.tokenizer.tokenBytes]).toEqual([null, undefined]);
});

test('a list that is not answered in full fails each of its texts', async () => {
  let short = false;
  const { counter } = await counterOn((request) =>
    short && Array.isArray(request.body['prompt'])
      ? { json: { tokens: [], count: [1], max_model_len: 1 } }
      : sglang(request),
  );
  short = true;
  const failed = await Promise.allSettled(
    ['one', 'two', 'three'].map((text) => counter.tokenizer.count(text)),
  );
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  short = false;
  expect(await Promise.all(['one', 'two'].map((text) => counter.tokenizer.count(text)))).toEqual([1, 1]);
});

test('the fingerprint is the same for the same vocabulary, and another for another', async () => {
  const scripts = [
    llamaServer(),
    llamaServer(),
    llamaServer({ size: 4 }),
    llamaServer({ prefix: ' ' }),
    vllmServer(),
    vllmServer({ strings: () => null }),
    vllmServer({ strings: () => null, size: 4 }),
    sglang,
  ];
  const prints: string[] = [];
  for (const script of scripts) {
    const { counter } = await counterOn(script);
    expect(counter.tokenizer.fingerprint).toBe(counter.fingerprint);
    prints.push(counter.fingerprint);
  }
  expect(prints.every((print) => /^[0-9a-f]{64}$/.test(print))).toBe(true);
  expect(prints[1]).toBe(prints[0]);
  expect(new Set(prints).size).toBe(scripts.length - 1);
});
