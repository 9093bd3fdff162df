import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createEndpointClient, type EndpointClient } from '../../src/client/openai-client.ts';
import { chatEvents } from '../run/scripted-server.ts';
import { failureOf, question } from './scripted-endpoint.ts';

// Sockets are real and timers are the test's own, so that minutes of silence pass at once: fetch as Node has it ends any call
// after five minutes without a byte.
const minuteMs = 60_000;

/** Answers that were begun, for the test to go on with. */
const begun: ServerResponse[] = [];
let arrived: () => void = () => undefined;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    begun.push(response);
    arrived();
  });
});

// Once for all tests: fetch keeps one timer for all of its calls.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterAll(() => {
  vi.useRealTimers();
});

let client: EndpointClient;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = createEndpointClient({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey: null,
    headers: {},
    timeoutSeconds: 15 * 60,
  });
});
afterEach(async () => {
  begun.splice(0);
  await client.close();
  server.close();
  server.closeAllConnections();
});

/** The answer to a call that has just gone out. */
async function nextAnswer(): Promise<ServerResponse> {
  if (begun.length === 0) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  const response = begun.shift();
  if (response === undefined) throw new Error('expected a request');
  return response;
}

/** Lets what was written arrive. */
const arrive = (): Promise<void> =>
  new Promise((resolve) => {
    let turns = 0;
    const turn = (): void => {
      if (++turns === 50) resolve();
      else setImmediate(turn);
    };
    setImmediate(turn);
  });

test.each([true, false])(
  'ten minutes of silence before an answer are waited out (stream: %s)',
  async (stream) => {
    const call = client.complete({ ...question, stream });
    const response = await nextAnswer();
    await vi.advanceTimersByTimeAsync(11 * minuteMs);
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const [first = '', ...others] = chatEvents(['4', '8']);
      response.write(first);
      await arrive();
      // And so is a silence between two bytes, from where the last one left off.
      await vi.advanceTimersByTimeAsync(11 * minuteMs);
      response.end(others.join(''));
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      // Blank lines keep a connection alive while a request waits in line (DeepSeek).
      response.write('\n\n');
      await arrive();
      await vi.advanceTimersByTimeAsync(11 * minuteMs);
      response.end(
        `\n${JSON.stringify({ choices: [{ message: { content: '48' }, finish_reason: 'stop' }] })}`,
      );
    }
    expect(await call).toMatchObject({ text: '48', finishReason: 'stop' });
  },
);

test('the time limit ends a call that it is over for, and says after what time', async () => {
  const call = failureOf(client.complete(question));
  await nextAnswer();
  await vi.advanceTimersByTimeAsync(14 * minuteMs);
  await vi.advanceTimersByTimeAsync(minuteMs);
  expect(await call).toMatchObject({ kind: 'timeout', message: expect.stringContaining('900 s') as string });
});
