import { afterEach, expect, test } from 'vitest';
import { presetOfId, resolveServed } from '../../src/cli/served-model.ts';
import { type ScriptedServer, startScriptedServer } from '../run/scripted-server.ts';

let server: ScriptedServer | null = null;
afterEach(() => server?.close());

async function resolve(models: readonly object[], flags: object = {}) {
  server = await startScriptedServer(() => ({ json: { data: models } }));
  return resolveServed({ file: null, flags: { baseUrl: server.url, ...flags }, env: {} });
}

test('an address alone means the one model that is served there, under its own name', async () => {
  const { config, connections } = await resolve([{ id: 'Qwen/Qwen2-7B-Instruct' }]);
  const name = 'Qwen/Qwen2-7B-Instruct';
  expect(config.models).toMatchObject([{ name, model: name, trials: 3, contextLengths: null }]);
  expect(config.models[0]?.depths).toHaveLength(11);
  expect(config.output).toBe('reports/Qwen-Qwen2-7B-Instruct');
  expect([...connections.keys()]).toEqual([name]);
  expect(presetOfId(name)).toBe('qwen2-7b');
  expect(presetOfId('qwen')).toBeNull();
});

test('a model that is named is not looked for', async () => {
  const { config } = await resolve([{ id: 'a' }], { model: 'b' });
  expect(config.models[0]?.model).toBe('b');
  expect(server?.seen).toHaveLength(0);
});

test('several are listed, for one to be named', async () => {
  await expect(resolve([{ id: 'a' }, { id: 'b' }])).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('serves 2 models: a, b'),
  });
});
