import { afterEach, expect, test } from 'vitest';
import { surveyServer } from '../../src/client/server-facts.ts';
import { closedPort, type Reply, type ScriptedServer, startScriptedServer } from '../run/scripted-server.ts';

let server: ScriptedServer | null = null;
afterEach(() => server?.close());

const survey = (baseUrl: string) =>
  surveyServer({ baseUrl, apiKey: null, headers: {}, model: 'm', timeoutSeconds: 2 });

/** A server that knows some routes; others as it says. */
async function serve(routes: Readonly<Record<string, unknown>>, other: Reply): Promise<string> {
  server = await startScriptedServer(({ path }) => (path in routes ? { json: routes[path] } : other));
  return server.url;
}
const missing: Reply = { json: { error: 'not found' }, status: 404 };

// Shapes as the servers' sources and documentation have them.
test.each<[string, Readonly<Record<string, unknown>>, Reply, number | null, number | null]>([
  [
    'llama.cpp',
    { '/props': { default_generation_settings: { n_ctx: 8_192 }, total_slots: 4 }, '/version': 'no' },
    missing,
    8_192,
    4,
  ],
  [
    'Ollama',
    {
      '/api/ps': {
        models: [
          { name: 'other', context_length: 1 },
          { name: 'm:latest', context_length: 4_096 },
        ],
      },
    },
    missing,
    4_096,
    null,
  ],
  ['Ollama', { '/api/ps': { models: [] } }, missing, null, null],
  [
    'LM Studio',
    { '/api/v0/models': { data: [{ id: 'm', max_context_length: 32_768, loaded_context_length: 4_096 }] } },
    // It answers unknown routes with 200.
    { json: { error: 'Unexpected endpoint or method.' } },
    4_096,
    null,
  ],
  [
    'SGLang',
    { '/get_model_info': { model_path: 'Qwen/Qwen2-7B' }, '/get_server_info': { context_length: 32_768 } },
    missing,
    32_768,
    null,
  ],
  ['vLLM', { '/version': { version: '0.21.0' } }, missing, null, null],
])('%s is known by its own routes', async (kind, routes, other, window, slots) => {
  const facts = await survey(await serve(routes, other));
  expect(facts).toMatchObject({ kind, window, slots });
  // Node's servers send a date.
  expect(Math.abs(facts.clockAheadMs ?? 9e9)).toBeLessThan(60_000);
  expect(server?.seen.every(({ path }) => !path.startsWith('/v1'))).toBe(true);
});

test.each<[string, Reply]>([
  ['nothing of the kind', missing],
  ['pages', { text: '<html>Hello</html>', headers: { 'content-type': 'text/html' } }],
  ['nonsense', { json: [1, null, { models: {} }] }],
  ['resets', 'reset'],
])('a server that answers %s is no known one', async (_, reply) => {
  expect(await survey(await serve({}, reply))).toMatchObject({ kind: null, window: null, slots: null });
});

test('nobody there is no error', async () => {
  const facts = await survey(`http://127.0.0.1:${await closedPort()}/v1`);
  expect(facts).toEqual({ kind: null, window: null, slots: null, clockAheadMs: null });
});

test('a clock that is off is told, by its sign', async () => {
  const late = new Date(Date.now() - 3_600_000).toUTCString();
  const url = await serve({}, { json: {}, status: 404, headers: { date: late } });
  expect((await survey(url)).clockAheadMs).toBeLessThan(-3_500_000);
});
