import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPreset } from '../../src/models/presets.ts';
import { findTokenizers } from '../../src/run/find-tokenizer.ts';
import { rebuildPrompt } from '../../src/run/rebuild-prompt.ts';
import { resolveTokenizer, type TokenizerRequest } from '../../src/run/resolve-tokenizer.ts';
import { type TokenizerCaches, tokenizerCaches } from '../../src/run/tokenizer-caches.ts';
import { rankFile, tokenizerJson } from '../tokenizer/made-files.ts';
import { runBy, serverOf } from './article-rows.ts';
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let made = '';
let json = '';
let ranks = '';
let server: ScriptedServer;
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'needlescope-made-'));
  json = await tokenizerJson(made, { kind: 'qwen2', size: 2_000 });
  ranks = await rankFile(join(made, 'small.tiktoken'), 2_000);
  // A server that neither counts nor reports usage.
  server = await startScriptedServer(() => ({ status: 404, json: { error: 'no such route' } }));
});
afterAll(async () => {
  await server.close();
  await rm(made, { recursive: true, force: true });
});

let home = '';
let caches: TokenizerCaches = { hubs: [], modelScopes: [], projects: [] };
beforeEach(async () => {
  home = await mkdtemp(join(made, 'home-'));
  caches = tokenizerCaches({ env: { HOME: home }, cwd: join(home, 'project', 'deep') });
});
const hub = (): string => join(home, '.cache', 'huggingface', 'hub');

async function put(path: string, from = json): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await copyFile(from, path);
  return path;
}
const snapshot = (repository: string, commit: string, file = 'tokenizer.json'): string =>
  join(hub(), `models--${repository.replaceAll('/', '--')}`, 'snapshots', commit, file);
const find = (preset: string) =>
  findTokenizers({ model: findPreset(preset)?.id ?? preset, preset: findPreset(preset) }, caches);

test('the folders are those of huggingface_hub, whichever variable names them', () => {
  const hubs = (env: Record<string, string>) => tokenizerCaches({ env, cwd: '/home/me/project' }).hubs;
  expect(hubs({ HOME: '/home/me' })).toEqual(['/home/me/.cache/huggingface/hub']);
  expect(hubs({ HOME: '/home/me', XDG_CACHE_HOME: '/c' })).toEqual(['/c/huggingface/hub']);
  expect(hubs({ HOME: '/home/me', HF_HOME: '/hf' })).toEqual(['/hf/hub']);
  expect(hubs({ HF_HOME: '/hf', HF_HUB_CACHE: '/hub' })).toEqual(['/hub']);
  expect(hubs({ HF_HOME: 'relative', HOME: '/home/me' })).toEqual(['/home/me/.cache/huggingface/hub']);
  expect(hubs({})).toEqual([]);
});

describe('a tokenizer is found', () => {
  test('in a Hugging Face cache, in the snapshot that main points at, through the links it is made of', async () => {
    await put(snapshot('Qwen/Qwen2-7B-Instruct', 'aaaa'));
    const blob = await put(join(hub(), 'models--Qwen--Qwen2-7B-Instruct', 'blobs', 'b10b'));
    const linked = snapshot('Qwen/Qwen2-7B-Instruct', 'ffff');
    await mkdir(dirname(linked), { recursive: true });
    await symlink(blob, linked);
    const main = join(hub(), 'models--Qwen--Qwen2-7B-Instruct', 'refs', 'main');
    await mkdir(dirname(main), { recursive: true });
    await writeFile(main, 'ffff\n');
    expect((await find('qwen2-7b')).map(({ spec }) => spec)).toEqual([
      { huggingface: linked },
      { huggingface: snapshot('Qwen/Qwen2-7B-Instruct', 'aaaa') },
    ]);
  });

  test('under an earlier name of the repository, as its own', async () => {
    const path = await put(snapshot('THUDM/glm-4-9b-chat-1m', 'c', 'tokenizer.model'), ranks);
    expect(await find('glm-4-9b-chat-1m')).toEqual([
      {
        spec: { tiktoken: path, pattern: 'glm4' },
        where: 'THUDM/glm-4-9b-chat-1m in the Hugging Face cache',
        own: true,
      },
    ]);
  });

  test('of a sister model, which is said', async () => {
    await put(snapshot('Qwen/Qwen2-7B-Instruct', 'c'));
    expect(await find('qwen2-72b')).toMatchObject([
      { own: false, where: 'Qwen/Qwen2-7B-Instruct in the Hugging Face cache' },
    ]);
    // A model that no row knows has no sisters.
    expect(await find('maker/unheard-of')).toEqual([]);
  });

  test('of a model that no row knows, by its own id', async () => {
    const path = await put(snapshot('maker/unheard.of', 'c'));
    expect(await find('maker/unheard.of')).toMatchObject([{ spec: { huggingface: path }, own: true }]);
  });

  test('in a ModelScope cache, whose names have no dots', async () => {
    const old = await put(
      join(home, '.cache', 'modelscope', 'hub', 'Qwen', 'Qwen2-0___5B-Instruct', 'tokenizer.json'),
    );
    expect((await find('qwen2-0.5b'))[0]).toMatchObject({ spec: { huggingface: old }, own: true });
    const newer = join(home, '.cache', 'modelscope', 'hub', 'models', 'Qwen', 'Qwen2-0___5B-Instruct');
    await put(join(newer, 'tokenizer.json'));
    expect((await find('qwen2-0.5b'))[0]?.spec).toEqual({ huggingface: join(newer, 'tokenizer.json') });
  });

  test('in the folder that a server was given, where that is its id', async () => {
    const path = await put(join(home, 'weights', 'tokenizer.json'));
    const found = await findTokenizers({ model: dirname(path), preset: undefined }, caches);
    expect(found).toMatchObject([{ spec: { huggingface: path }, own: true }]);
  });

  test('in a package of the project or above it', async () => {
    const path = join(home, 'node_modules', '@lenml', 'tokenizer-qwen2_5', 'models', 'tokenizer.json');
    await put(path);
    expect(await find('qwen2-7b')).toMatchObject([{ spec: { huggingface: path }, own: false }]);
    expect(await find('deepseek-v2')).toEqual([]);
  });

  test('never by a name that leads out of the cache', async () => {
    await put(join(home, '.cache', 'tokenizer.json'));
    for (const model of ['../..', '..', 'a/../../..', 'models/../../x'])
      expect(await findTokenizers({ model, preset: undefined }, caches), model).toEqual([]);
  });
});

describe('auto', () => {
  const resolve = (more: Partial<TokenizerRequest> = {}) =>
    resolveTokenizer({
      spec: 'auto',
      baseDir: home,
      model: 'Qwen/Qwen2-72B-Instruct',
      preset: findPreset('qwen2-72b'),
      baseUrl: server.url,
      apiKey: null,
      headers: {},
      timeoutSeconds: 5,
      messages: null,
      probe: null,
      caches,
      ...more,
    });

  test('takes the file of the model where the server does not count, and says so', async () => {
    await put(snapshot('Qwen/Qwen2-72B-Instruct', 'c'));
    const { tokenizer, chosen, warning } = await resolve();
    expect(tokenizer.id).toMatch(/^tokenizer\.json:/);
    expect(tokenizer.exact).toBe(true);
    expect(chosen).toContain('Qwen/Qwen2-72B-Instruct in the Hugging Face cache: exact for that model');
    expect(warning).toBeNull();
  });

  test('says of a sister’s file what its exactness rests on', async () => {
    await put(snapshot('Qwen/Qwen2-7B-Instruct', 'c'));
    expect((await resolve()).chosen).toContain('exact if it kept the tokens of its family');
  });

  test('passes over what it cannot read', async () => {
    const broken = snapshot('Qwen/Qwen2-72B-Instruct', 'c');
    await mkdir(dirname(broken), { recursive: true });
    await writeFile(broken, '{"model": {}}');
    await put(snapshot('Qwen/Qwen2-7B-Instruct', 'c'));
    expect((await resolve()).chosen).toContain('Qwen2-7B-Instruct');
  });

  test('estimates where nothing is at hand, or nobody says where to look', async () => {
    expect((await resolve()).tokenizer).toMatchObject({ id: 'estimate:o200k_base', exact: false });
    await put(snapshot('Qwen/Qwen2-72B-Instruct', 'c'));
    expect((await resolve({ caches: undefined })).tokenizer.exact).toBe(false);
  });

  test('goes on in a run with what it began with', async () => {
    const path = await put(snapshot('Qwen/Qwen2-72B-Instruct', 'c'));
    const { tokenizer } = await resolve();
    expect((await resolve({ earlierId: 'estimate:o200k_base' })).tokenizer.id).toBe('estimate:o200k_base');
    // Another file came first since: the one of before is still there, a snapshot further.
    await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    await put(snapshot('Qwen/Qwen2-72B-Instruct', 'd'));
    expect((await resolve()).tokenizer.id).not.toBe(tokenizer.id);
    expect((await resolve({ earlierId: tokenizer.id })).tokenizer.id).toBe(tokenizer.id);
  });

  test('does not ask a service that is known not to count', async () => {
    const before = server.seen.length;
    await resolve({ serverCounts: false });
    expect(server.seen.length).toBe(before);
    await resolve();
    expect(server.seen.length).toBeGreaterThan(before);
  });
});

test("a family's name finds its files, and says how to get them where there are none", async () => {
  const request = {
    spec: 'qwen2',
    baseDir: home,
    model: 'my-fine-tune',
    baseUrl: server.url,
    apiKey: null,
    headers: {},
    timeoutSeconds: 5,
    messages: null,
    probe: null,
    caches,
  } as const;
  await expect(resolveTokenizer(request)).rejects.toMatchObject({
    code: 'tokenizer_unusable',
    hint: expect.stringContaining('hf download Qwen/Qwen2-7B-Instruct tokenizer.json'),
  });
  await put(snapshot('Qwen/Qwen2-7B-Instruct', 'c'));
  expect((await resolveTokenizer(request)).tokenizer.id).toMatch(/^tokenizer\.json:/);
});

test('a prompt that auto counted with a file of this machine is made again from the manifest and that file', async () => {
  const path = await put(snapshot('Qwen/Qwen2-72B-Instruct', 'c'));
  const endpoint = await serverOf(['qwen2-72b'], 'lm-studio');
  try {
    const flags = { preset: 'qwen2-72b', baseUrl: endpoint.url, lengths: '1k', depths: '50', trials: '1' };
    const out = join(home, 'run');
    const { manifest, results, events } = await runBy(flags, out, caches);
    const id = manifest.models[0]?.tokenizer?.id;
    expect(id).toMatch(/^tokenizer\.json:/);
    expect(events).toContainEqual(expect.objectContaining({ type: 'tokenizer', tokenizer: id }));
    const [row] = results;
    if (row === undefined) throw new Error('no row');
    const again = { manifest, row, baseDir: home, baseUrl: null };
    const built = await rebuildPrompt({ ...again, tokenizerCaches: caches });
    expect(built.sample.promptSha256).toBe(row.sample.promptSha256);
    await expect(rebuildPrompt(again)).rejects.toMatchObject({ code: 'results_unusable' });
    // The same command resumes with what it began with, though the server's own repository was changed since.
    await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    await put(snapshot('Qwen/Qwen2-72B-Instruct', 'd'));
    expect((await runBy(flags, out, caches)).manifest.models[0]?.tokenizer?.id).toBe(id);
  } finally {
    await endpoint.close();
  }
});
