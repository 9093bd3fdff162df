import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { closedPort, type ScriptedServer, startScriptedServer } from '../run/scripted-server.ts';
import { captured } from './captured.ts';

let cwd = '';
const open: ScriptedServer[] = [];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-init-'));
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  await rm(cwd, { recursive: true, force: true });
});

/** A server that lists `models`, counts words, and needs `key` where one is given. */
async function serving(models: readonly object[], key: string | null = null): Promise<string> {
  const server = await startScriptedServer(({ path, headers, body }) => {
    if (key !== null && headers['authorization'] !== `Bearer ${key}`)
      return { json: { error: { message: 'no key' } }, status: 401 };
    if (path === '/v1/models') return { json: { data: models } };
    if (path !== '/tokenize') return { json: {}, status: 404 };
    const words = String(body['prompt']).split(' ').length;
    return { json: { count: words, max_model_len: 8_192, tokens: [] } };
  });
  open.push(server);
  return server.url;
}
const read = async (file = 'needlescope.yaml') => {
  const text = await readFile(join(cwd, file), 'utf8');
  const { value } = parseConfig(text, { path: file, dir: cwd });
  return { text, config: value };
};

describe('init', () => {
  test('writes a commented config from what the server tells, and it plans', async () => {
    const url = await serving([{ id: 'Qwen/Qwen2-7B-Instruct', max_model_len: 32_768 }]);
    const ended = await captured(['init', '--base-url', url], { cwd });
    expect(ended).toMatchObject({ code: 0, stdout: 'needlescope.yaml\n' });
    expect(ended.stderr).toContain('serves 32768 tokens, counts tokens itself');
    const { text, config } = await read();
    expect(config.models).toEqual([
      {
        name: 'Qwen2-7B-Instruct',
        // The row of the table that has this id: what its maker claims stands beside what is served.
        preset: 'qwen2-7b',
        model: 'Qwen/Qwen2-7B-Instruct',
        baseUrl: url,
        tokenizer: 'server',
        api: 'chat',
        maxTokens: 128,
      },
    ]);
    expect(config.contextLengths).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    expect(text.split('\n').filter((line) => line.includes('#')).length).toBeGreaterThan(12);
    const plan = await captured(['plan', 'needlescope.yaml', '--json'], { cwd });
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout).total.cells).toBe(6 * 11 * 3);
  });

  test('keeps a file that is there, unless --force says otherwise', async () => {
    const url = await serving([{ id: 'm' }]);
    await writeFile(join(cwd, 'mine.yaml'), 'mine');
    const kept = await captured(['init', 'mine.yaml', '--base-url', url], { cwd });
    expect([kept.code, kept.stdout]).toEqual([2, '']);
    expect(kept.stderr).toContain('--force');
    expect(await readFile(join(cwd, 'mine.yaml'), 'utf8')).toBe('mine');
    expect((await captured(['init', 'mine.yaml', '--base-url', url, '--force'], { cwd })).code).toBe(0);
    expect((await read('mine.yaml')).config.models?.[0]).toMatchObject({ model: 'm', tokenizer: 'server' });
  });

  test('several models: one must be named, and they are listed', async () => {
    const url = await serving([{ id: 'a-1' }, { id: 'b-2' }]);
    const ended = await captured(['init', '--base-url', url], { cwd });
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toContain('serves 2 models: a-1, b-2');
    const named = await captured(['init', '--base-url', url, '--model', 'b-2', '--api', 'completions'], {
      cwd,
    });
    expect(named.code).toBe(0);
    expect((await read()).config.models?.[0]).toMatchObject({ model: 'b-2', api: 'completions' });
  });

  test('a key stays in its variable, and an address with a password stays out of the file', async () => {
    const url = await serving([{ id: 'm' }], 'sk-secret-0123');
    const env = { MY_KEY: 'sk-secret-0123', MY_URL: url };
    const keyed = await captured(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a user writes it.
      ['init', '--base-url', '${MY_URL}', '--api-key-env', 'MY_KEY'],
      { cwd, env },
    );
    expect(keyed.code, keyed.stderr).toBe(0);
    const { text, config } = await read();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of a variable, not what is in it.
    expect(config.models?.[0]).toMatchObject({ apiKeyEnv: 'MY_KEY', baseUrl: '${MY_URL}' });
    expect(text + keyed.stdout + keyed.stderr).not.toContain('sk-secret');
    const secret = url.replace('http://', 'http://me:pass-word-1@');
    const refused = await captured(['init', 'b.yaml', '--base-url', secret], { cwd, env });
    expect(refused.code).toBe(2);
    expect(refused.stdout + refused.stderr).not.toContain('pass-word-1');
  });

  test('names from a server cannot break out of the file', async () => {
    const id = 'x"\n# evil: [1]\nmodels: []\u2028y';
    const url = await serving([{ id }]);
    expect((await captured(['init', '--base-url', url], { cwd })).code).toBe(0);
    expect((await read()).config.models?.[0]?.model).toBe(id);
  });

  test('nobody there is an error with its exit code', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/v1`;
    expect((await captured(['init', '--base-url', url], { cwd })).code).toBe(4);
  });
});
