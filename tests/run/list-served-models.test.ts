import { afterAll, expect, test } from 'vitest';
import { listServedModels } from '../../src/run/look-ahead.ts';
import { cleanUp, serverOf } from './run-cells.ts';
import type { Reply } from './scripted-server.ts';

afterAll(cleanUp);

const list: Reply = { json: { data: [{ id: 'm', max_model_len: 8_192 }] } };

test.each<[string, readonly Reply[], number]>([
  ['a busy moment', [{ text: 'later', status: 429, headers: { 'retry-after': '0' } }, list], 2],
  ['a restart behind the gateway', ['reset', { text: 'Bad Gateway', status: 502 }, list], 3],
])('the list of models is asked for again after %s', async (_what, replies, calls) => {
  const server = await serverOf(({ index }) => replies[index] ?? list);
  const served = await listServedModels({ baseUrl: server.url, apiKey: null, headers: {} });
  expect(served).toEqual([{ id: 'm', window: 8_192 }]);
  expect(server.seen).toHaveLength(calls);
});

test.each<[string, Reply, number]>([
  ['has no list', { json: { error: { message: 'Not Found' } }, status: 404 }, 1],
  ['shows a page', { text: '<html>Hello</html>', headers: { 'content-type': 'text/html' } }, 1],
  ['stays busy', { text: 'later', status: 503, headers: { 'retry-after': '0' } }, 3],
])('a server that %s is gone on with without', async (_what, reply, calls) => {
  const server = await serverOf(() => reply);
  expect(await listServedModels({ baseUrl: server.url, apiKey: null, headers: {} })).toBeNull();
  expect(server.seen).toHaveLength(calls);
});

test('a refused key is told at once', async () => {
  const server = await serverOf(() => ({ json: { error: { message: 'no' } }, status: 401 }));
  const listed = listServedModels({ baseUrl: server.url, apiKey: 'k', headers: {} });
  await expect(listed).rejects.toMatchObject({ code: 'endpoint_rejected' });
  expect(server.seen).toHaveLength(1);
});
