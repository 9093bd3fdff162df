import { afterEach, expect, test } from 'vitest';
import { createServerCounter } from '../../src/client/tokenize.ts';
import { startReferenceServer } from '../../src/reference/server.ts';
import { loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import type { Reply, SeenRequest } from '../run/scripted-server.ts';
import {
  closeAll,
  counterOn,
  llamaServer,
  sentencePieces,
  toyBytes,
  toyTokens,
  vllmServer,
} from './tokenize-server.ts';

afterEach(closeAll);

const sentence = 'The keeper 🦀 lit lamp 48213, 灯塔亮了。\n';
const stretch = sentence.repeat(400);
const sent = ({ body }: SeenRequest): string => String(body['content'] ?? body['prompt'] ?? '');
const bytesIn = (lengths: Iterable<number>): number => [...lengths].reduce((sum, length) => sum + length, 0);

test.each([
  ['llama.cpp', llamaServer()],
  ['vLLM', vllmServer()],
] as const)('%s shows the bytes of the tokens of a whole stretch in one request', async (_, script) => {
  const { counter, server } = await counterOn(script);
  const before = server.seen.length;
  expect(await counter.tokenizer.tokenBytes?.(stretch)).toEqual(toyBytes(stretch));
  expect(server.seen).toHaveLength(before + 1);
  expect(await counter.tokenizer.count(stretch)).toBe(toyBytes(stretch).length);
  expect(await counter.tokenizer.tokenBytes?.('')).toEqual([]);
  // Only the stretch is asked for with pieces: a count of a million tokens comes the cheapest way.
  const asked = server.seen.slice(before).map(({ body }) => body['with_pieces'] ?? body['return_token_strs']);
  expect(asked).toEqual([true, undefined]);
  expect(server.seen.every(({ body }) => body['model'] === 'm')).toBe(true);
});

test('a space that the tokenizer puts in front is taken off the first token', async () => {
  const { counter } = await counterOn(llamaServer({ prefix: ' ' }));
  const [first = 0, ...rest] = toyBytes(` ${stretch}`);
  expect(await counter.tokenizer.tokenBytes?.(stretch)).toEqual([first - 1, ...rest]);
  expect(await counter.tokenizer.count(stretch)).toBe(rest.length + 1);
});

test('SentencePiece strings are read, and a text that holds their sign for a space is not', async () => {
  const { counter } = await counterOn(vllmServer({ strings: (text) => sentencePieces(` ${text}`) }));
  const bytes = (await counter.tokenizer.tokenBytes?.(sentence)) ?? [];
  expect(bytes).toHaveLength(sentencePieces(` ${sentence}`).length);
  expect(bytesIn(bytes)).toBe(Buffer.byteLength(sentence));
  expect(await counter.tokenizer.tokenBytes?.('a \u2581 b')).toBeNull();
  expect(await counter.tokenizer.tokenBytes?.('a b')).not.toBeNull();
});

test.each([
  ['from before with_pieces', llamaServer({ pieces: false })],
  ['from before return_token_strs', vllmServer({ strings: () => null })],
  ['whose tokens never are the text', vllmServer({ strings: (text) => text.toLowerCase().split(' ') })],
])('a server %s has no token bytes, and is never asked for them again', async (_, script) => {
  const { counter, server } = await counterOn(script);
  const before = server.seen.length;
  expect(counter.tokenizer.tokenBytes).toBeUndefined();
  expect(await counter.tokenizer.count('one two')).toBeGreaterThan(0);
  expect(server.seen.slice(before).map(({ body }) => Object.keys(body).sort())).toEqual([
    expect.not.arrayContaining(['with_pieces', 'return_token_strs']),
  ]);
});

test('a server that only breaks on strings counts all the same', async () => {
  const plain = vllmServer();
  const { counter } = await counterOn((request) =>
    request.body['return_token_strs'] === true ? { json: { detail: 'bytes' }, status: 500 } : plain(request),
  );
  expect(counter.tokenizer.tokenBytes).toBeUndefined();
  expect(await counter.tokenizer.count('one two')).toBe(toyBytes('one two').length);
});

/** Refuses what is over `limit` characters, as a gateway in front of the server would. */
function gateway(limit: number, status: number, script: (request: SeenRequest) => Reply) {
  return (request: SeenRequest): Reply =>
    sent(request).length > limit ? { text: 'no', status } : script(request);
}

test('a stretch over the limit on bodies is asked for in halves, and the next ones are cut beforehand', async () => {
  const { counter, server } = await counterOn(gateway(6_000, 413, llamaServer()));
  const first = server.seen.length;
  expect(await counter.tokenizer.tokenBytes?.(stretch)).toEqual(toyBytes(stretch));
  const second = server.seen.length;
  const refused = (from: number, to?: number): number =>
    server.seen.slice(from, to).filter((request) => sent(request).length > 6_000).length;
  expect(refused(first, second)).toBeGreaterThan(0);
  expect(await counter.tokenizer.tokenBytes?.(stretch)).toEqual(toyBytes(stretch));
  expect(refused(second)).toBe(0);
  expect(server.seen.slice(second).map(sent).join('')).toBe(stretch);
  // One request of a call after the other: how many are under way is the caller's to say.
  expect(server.mostOpen()).toBe(1);
});

test('where there are no spaces, halves part before a full stop', async () => {
  const { counter } = await counterOn(gateway(4_500, 413, llamaServer({ size: 4 })));
  const chinese = '灯塔的守灯人早早睡了。'.repeat(701);
  expect(await counter.tokenizer.tokenBytes?.(chinese)).toEqual(toyBytes(chinese, 4));
});

test('halves never cut a surrogate pair', async () => {
  const { counter, server } = await counterOn(gateway(4_500, 400, llamaServer()));
  const crabs = '🦀'.repeat(5_001);
  expect(bytesIn((await counter.tokenizer.tokenBytes?.(crabs)) ?? [])).toBe(4 * 5_001);
  expect(server.seen.every((request) => sent(request).isWellFormed())).toBe(true);
});

test.each([400, 413, 422, 429, 500])('pieces refused with %i whatever the length: null', async (status) => {
  let refuse = false;
  const plain = llamaServer();
  const { counter } = await counterOn((request) =>
    refuse && request.body['with_pieces'] === true ? { text: 'no', status } : plain(request),
  );
  refuse = true;
  expect(await counter.tokenizer.tokenBytes?.(stretch)).toBeNull();
  expect(await counter.tokenizer.count(stretch)).toBe(toyBytes(stretch).length);
});

test('a server that is gone is no tokenizer any more', async () => {
  const { counter, server } = await counterOn(llamaServer());
  await server.close();
  await expect(counter.tokenizer.tokenBytes?.(stretch)).rejects.toMatchObject({ code: 'tokenizer_unusable' });
});

test('lone surrogates are counted as what goes over the wire', async () => {
  const { counter, server } = await counterOn(llamaServer());
  expect(await counter.tokenizer.count('a \ud83e b')).toBe(toyTokens('a \ufffd b').length);
  expect(await counter.tokenizer.tokenBytes?.('a \ud83e b')).toEqual(toyBytes('a \ufffd b'));
  expect(server.seen.every((request) => sent(request).isWellFormed())).toBe(true);
});

test('the known-answer endpoint counts and shows its tokens, and each vocabulary has its fingerprint', async () => {
  const fingerprints: string[] = [];
  for (const encoding of [...tiktokenEncodings, 'o200k_base'] as const) {
    const server = await startReferenceServer({ encoding });
    const options = { model: 'known-answer/perfect', apiKey: null, headers: {}, timeoutSeconds: 5 };
    const counter = await createServerCounter({ baseUrl: server.url, ...options });
    try {
      const local = await loadTiktoken(encoding);
      expect(await counter.tokenizer.count(stretch)).toBe(local.count(stretch));
      const bytes = [...(local.tokenBytes?.(stretch) ?? [])];
      expect(bytes).toHaveLength(local.count(stretch));
      expect(await counter.tokenizer.tokenBytes?.(stretch)).toEqual(bytes);
      fingerprints.push(counter.fingerprint);
    } finally {
      await counter.close();
      await server.close();
    }
  }
  expect(fingerprints[2]).toBe(fingerprints[0]);
  expect(fingerprints[1]).not.toBe(fingerprints[0]);
});
