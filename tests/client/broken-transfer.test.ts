import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { EndpointError } from '../../src/client/endpoint-error.ts';
import { jsonBytesOf, type SlicedText } from '../../src/core/sliced-text.ts';
import { chatAnswer } from '../run/scripted-server.ts';
import { type RawRequest, rawAnswer, startRawServer } from './raw-server.ts';
import { closeAll, endpoint, failureOf, key, open } from './scripted-endpoint.ts';
import { asking, clientOf, long, sliced } from './sliced-request.ts';

afterEach(closeAll);

const answer = JSON.stringify({ choices: [{ message: { content: '7' }, text: '7', finish_reason: 'stop' }] });

/** More than the system takes before the server has read any of it. */
const fiveMegabytes = sliced('A long text that the server does not read to its end. '.repeat(95_000));

/** The URL of a server that ends a request early, as `how` says, with `answer`. */
async function startEarlyServer(how: string, answer = ''): Promise<string> {
  const worker = new Worker(new URL('./early-server.mjs', import.meta.url), { workerData: { how, answer } });
  open.push(async () => {
    await worker.terminate();
  });
  const port = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return `http://127.0.0.1:${String(port)}/v1`;
}

const overflow = JSON.stringify({
  error: { message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded' },
});

test.each([
  ['closes at once', rawAnswer(400, overflow)],
  ['closes at once', rawAnswer(400, overflow, { length: false })],
  ['ends its half and closes', rawAnswer(400, overflow)],
  ['ends its half and reads no more', rawAnswer(400, overflow, { headers: 'connection: close\r\n' })],
  ['reads no more and leaves the connection open', rawAnswer(400, overflow)],
  ['reads on', rawAnswer(400, overflow, { headers: 'connection: close\r\n' })],
])('an overflow is understood from a server that answers early and %s', async (how, answer) => {
  const client = clientOf(await startEarlyServer(how, answer));
  // Again and again: whether the answer is read before the broken connection is noticed must not be luck.
  for (let round = 0; round < 24; round++) {
    expect(await failureOf(client.complete(asking(fiveMegabytes)))).toMatchObject({
      kind: 'overflow',
      status: 400,
      servedWindow: 8_192,
    });
  }
});

test.each(['closes without a word', 'resets the connection'])(
  'a server that %s in the middle of the body broke the connection',
  async (how) => {
    const client = clientOf(await startEarlyServer(how));
    for (let round = 0; round < 8; round++) {
      const error = await failureOf(client.complete(asking(fiveMegabytes)));
      expect(error).toMatchObject({ kind: 'network', unreachable: false });
      expect(error.providerCode).toMatch(/^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/);
    }
  },
);

test('a call is broken off in the middle of its body', async () => {
  let closed = false;
  let head: (() => void) | undefined;
  const arrived = new Promise<void>((resolve) => {
    head = resolve;
  });
  const server = await startRawServer({
    head: ({ socket }) => {
      socket.pause();
      socket.on('close', () => {
        closed = true;
      });
      head?.();
    },
  });
  const controller = new AbortController();
  const request = asking(fiveMegabytes, { signal: controller.signal });
  const call = clientOf(server.url).complete(request);
  await arrived;
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await closeAll();
  expect(closed).toBe(true);
});

test('a body that the server does not take is not piled up in memory', async () => {
  let head: (() => void) | undefined;
  const arrived = new Promise<void>((resolve) => {
    head = resolve;
  });
  const server = await startRawServer({
    head: ({ socket }) => {
      socket.pause();
      head?.();
    },
  });
  // A quarter of a gigabyte by reference: the same bytes sixteen times over.
  const block = jsonBytesOf('x'.repeat(2 ** 24));
  const slices = Array.from({ length: 16 }, () => block);
  const text: SlicedText = { ...sliced(''), chars: 2 ** 28, jsonBytes: () => slices };
  const before = process.memoryUsage().arrayBuffers;
  const controller = new AbortController();
  const call = clientOf(server.url).complete(asking(text, { signal: controller.signal }));
  await arrived;
  await sleep(50);
  const grown = process.memoryUsage().arrayBuffers - before;
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  expect(grown / 2 ** 20).toBeLessThan(32);
});

test('connections are used again, but none that the server closed in the meantime', async () => {
  const sockets = new Set<RawRequest['socket']>();
  const server = await startRawServer({
    body: ({ socket }) => {
      sockets.add(socket);
      socket.write(rawAnswer(200, answer));
    },
  });
  const client = clientOf(server.url);
  const request = asking(sliced(long));
  for (let call = 0; call < 10; call++) await client.complete(request);
  // A call right after another does not wait for its connection to come free.
  expect(server.connections()).toBeLessThanOrEqual(2);
  const before = server.connections();
  for (const socket of sockets) socket.destroy();
  await sleep(20);
  for (let call = 0; call < 3; call++) await client.complete(request);
  expect(server.connections()).toBeGreaterThan(before);
});

test.each([301, 302, 303, 307, 308])('a %i is not followed and names where it leads', async (status) => {
  const elsewhere = await endpoint(() => chatAnswer('7'));
  const location = `${elsewhere.server.url}/chat/completions?token=${key}`;
  const { client } = await endpoint(() => ({ text: '', status, headers: { location } }));
  for (const request of [asking(sliced(long)), asking('short'), asking(long, { stream: true })]) {
    const error = await failureOf(client.complete(request));
    expect(error).toMatchObject({ kind: 'not_found', code: `http_${status}`, status });
    expect(error.message).toContain(`${elsewhere.server.url}/chat/completions`);
    expect(error.message).not.toContain(key);
  }
  await expect(client.listModels()).rejects.toThrow(EndpointError);
  expect(elsewhere.server.seen).toHaveLength(0);
});
