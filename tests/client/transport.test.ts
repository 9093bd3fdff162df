import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTransport, type Transport } from '../../src/client/transport.ts';

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
  const answer = await transport.send(`${origin}/v1/chat?api-version=2`, {
    method: 'POST',
    headers: new Headers({ 'X-Team': 'field-notes', 'content-length': '11' }),
    body,
  });
  expect(seen).toEqual({
    method: 'POST',
    url: '/v1/chat?api-version=2',
    team: 'field-notes',
    packed: 'identity',
    length: '11',
  });
  expect([answer.status, answer.ok]).toEqual([201, true]);
  expect([answer.headers.get('X-Request-Id'), answer.headers.get('x-none')]).toEqual(['r-1', null]);
  expect(Object.fromEntries(answer.headers.entries())).toMatchObject({ 'set-cookie': 'a=1, b=2' });
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe('one two 三');
});

test('whoever stops reading early breaks the connection off', async () => {
  const gone = new Promise<void>((resolve) => {
    handle = (request, response) => {
      request.resume();
      response.on('close', () => resolve());
      response.writeHead(200);
      response.write('first');
    };
  });
  const { body } = await transport.send(origin, {});
  for await (const part of body) {
    expect(String(part)).toBe('first');
    break;
  }
  await gone;
});

test('a connection that breaks with nobody reading is told to whoever reads later, and to nobody else', async () => {
  handle = (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
    setTimeout(() => response.socket?.resetAndDestroy(), 10);
  };
  const { body } = await transport.send(origin, {});
  await new Promise((resolve) => setTimeout(resolve, 60));
  const read = async (): Promise<void> => {
    for await (const _part of body);
  };
  await expect(read()).rejects.toThrow();
});

test('a signal ends a request before its answer, with its own reason', async () => {
  handle = (request) => request.resume();
  const controller = new AbortController();
  const sent = transport.send(origin, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await expect(sent).rejects.toThrow('enough');
});
