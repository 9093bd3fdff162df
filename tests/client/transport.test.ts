import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnswerHead, createTransport, type Sent, type Transport } from '../../src/client/transport.ts';

let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
const server = createServer((request, response) => handle(request, response));
let transport: Transport;
let origin = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = createTransport();
});
afterAll(async () => {
  await transport.close();
  server.close();
  server.closeAllConnections();
});

test('a request goes out as it is, and asks for an answer that is not packed', async () => {
  let seen: unknown;
  handle = async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method, url, headers } = request;
    seen = {
      method,
      url,
      team: headers['x-team'],
      packed: headers['accept-encoding'],
      length: headers['content-length'],
    };
    response.writeHead(201, { 'x-request-id': 'r-1', 'set-cookie': ['a=1', 'b=2'] });
    response.end(Buffer.concat(parts));
  };
  const body = ['one ', 'two ', '三'].map((part) => Buffer.from(part));
  const { head, text } = await answerTo(`${origin}/v1/chat?api-version=2`, {
    method: 'POST',
    headers: { 'X-Team': 'field-notes', 'content-length': '11' },
    body,
  });
  expect(seen).toEqual({
    method: 'POST',
    url: '/v1/chat?api-version=2',
    team: 'field-notes',
    packed: 'identity',
    length: '11',
  });
  expect([head?.status, head?.ok]).toEqual([201, true]);
  expect([head?.headers.get('X-Request-Id'), head?.headers.get('x-none')]).toEqual(['r-1', null]);
  expect(Object.fromEntries(head?.headers.entries() ?? [])).toMatchObject({ 'set-cookie': 'a=1, b=2' });
  expect(text).toBe('one two 三');
});

test('a body in one piece says how long it is, and redirects and errors are answers', async () => {
  const lengths: unknown[] = [];
  handle = (request, response) => {
    lengths.push(request.headers['content-length']);
    request.resume();
    response.writeHead(request.url === '/moved' ? 302 : 503, { location: '/elsewhere' });
    response.end('no');
  };
  const body = Buffer.from('{"prompt":"三"}');
  const moved = await answerTo(`${origin}/moved`, { method: 'POST', body });
  const broken = await answerTo(`${origin}/broken`, { method: 'POST', body: body.toString() });
  expect([moved.head?.status, moved.head?.ok, moved.text]).toEqual([302, false, 'no']);
  expect([broken.head?.status, broken.head?.ok]).toEqual([503, false]);
  expect(lengths).toEqual(['16', '16']);
});

test('who breaks off in the middle of an answer ends the connection, with a reason of its own', async () => {
  const gone = new Promise<void>((resolve) => {
    handle = (request, response) => {
      request.resume();
      response.on('close', () => resolve());
      response.writeHead(200);
      response.write('first');
    };
  });
  const seen: string[] = [];
  const sending = transport.send(
    origin,
    {},
    {
      onHead: () => undefined,
      onData: (chunk) => {
        seen.push(String(chunk));
        sending.abort(new Error('enough'));
      },
    },
  );
  await expect(sending.ended).rejects.toThrow('enough');
  await gone;
  expect(seen).toEqual(['first']);
});

test('what a receiver throws is what the request ends with', async () => {
  handle = (request, response) => {
    request.resume();
    response.end('first');
  };
  const failing = (where: 'onHead' | 'onData'): Promise<void> =>
    transport.send(
      origin,
      {},
      {
        onHead: () => undefined,
        onData: () => undefined,
        [where]: () => {
          throw new RangeError(where);
        },
      },
    ).ended;
  await expect(failing('onHead')).rejects.toThrow(new RangeError('onHead'));
  await expect(failing('onData')).rejects.toThrow(new RangeError('onData'));
});

test('a connection that breaks in the middle of an answer is an error', async () => {
  handle = (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
    setTimeout(() => response.socket?.resetAndDestroy(), 10);
  };
  await expect(answerTo(origin, {})).rejects.toThrow();
});

test.each([0, 10])('a request broken off %i ms after it was sent ends with the reason given', async (ms) => {
  handle = (request) => request.resume();
  const sending = transport.send(origin, {}, { onHead: () => undefined, onData: () => undefined });
  if (ms === 0) sending.abort(new Error('enough'));
  else setTimeout(() => sending.abort(new Error('enough')), ms);
  await expect(sending.ended).rejects.toThrow('enough');
});

/** What a request comes to, read to its end. */
async function answerTo(
  url: string,
  request: Sent,
): Promise<{ readonly head: AnswerHead | null; readonly text: string }> {
  const came = { head: null as AnswerHead | null };
  const parts: Uint8Array[] = [];
  await transport.send(url, request, {
    onHead: (head) => {
      came.head = head;
    },
    onData: (chunk) => parts.push(chunk),
  }).ended;
  return { head: came.head, text: Buffer.concat(parts).toString() };
}
