import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { preparedCache, prune } from '../../src/run/prepared-cache.ts';
import { openSections, writeSections } from '../../src/run/section-file.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { roughText } from '../haystack/rough-text.ts';

const dirs: string[] = [];
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));
async function freshDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'needlescope-cache-'));
  dirs.push(dir);
  return dir;
}

const o200k = await loadTiktoken('o200k_base');
/** A tokenizer that tells how often it was asked for a whole stretch. */
function watched(over: Partial<typeof o200k> = {}) {
  const seen = { stretches: 0 };
  const tokenizer = {
    ...o200k,
    tokenBytes: (text: string) => {
      seen.stretches += 1;
      return o200k.tokenBytes?.(text) ?? null;
    },
    ...over,
  };
  return { tokenizer, seen };
}

test.each([
  ['en', roughText('en', 800, 1)],
  ['zh', roughText('zh', 800, 1)],
  ['ASCII', 'One sentence. "Two" of them.\n\nAnd a third.\n'.repeat(300)],
  ['one', 'x'],
  ['empty', ''],
])(
  '%s: what comes from the disk is what was put there, and nothing is tokenised again',
  async (name, text) => {
    const dir = await freshDir();
    const fresh = await prepareCorpus(text, o200k);
    let made = 0;
    const make = (): string => {
      made += 1;
      return text;
    };
    const runs = [watched(), watched()];
    for (const { tokenizer } of runs) {
      const cache = preparedCache(dir);
      const corpus = await cache.text(name, make);
      const prepared = await cache.prepared(name, corpus, tokenizer);
      for (const field of ['text', 'cuts', 'marks', 'hard', 'cum', 'rule', 'tokens'] as const) {
        expect(prepared[field], field).toEqual(fresh[field]);
      }
      expect(Buffer.compare(prepared.utf8, fresh.utf8)).toBe(0);
      expect(Buffer.compare(prepared.json, fresh.json)).toBe(0);
    }
    expect(made).toBe(1);
    expect(runs[1]?.seen.stretches).toBe(0);
    expect((await readdir(join(dir, 'prepared'))).map((file) => file.split('-')[0]).sort()).toEqual([
      'sums',
      'text',
    ]);
  },
);

test('another text or tokenizer has files of its own; a tokenizer that nothing pins has none', async () => {
  const dir = await freshDir();
  const cache = preparedCache(dir);
  const corpus = await cache.text('a', () => roughText('en', 300));
  await cache.text('b', () => roughText('en', 301));
  await cache.prepared('a', corpus, o200k);
  await cache.prepared('a', corpus, { ...o200k, id: 'server:m', fingerprint: '12' });
  await cache.prepared('a', corpus, { ...o200k, id: 'server:m', fingerprint: '34' });
  expect(await readdir(join(dir, 'prepared'))).toHaveLength(5);
  const { tokenizer, seen } = watched({ id: 'server:n', fingerprint: null });
  await cache.prepared('a', corpus, tokenizer);
  await cache.prepared('a', corpus, tokenizer);
  expect(seen.stretches).toBeGreaterThan(1);
  expect(await readdir(join(dir, 'prepared'))).toHaveLength(5);
});

test('a damaged file is made anew, wherever it is damaged', async () => {
  const dir = await freshDir();
  const text = roughText('en', 400);
  const cache = preparedCache(dir);
  const fresh = await cache.prepared('k', await cache.text('k', () => text), o200k);
  for (const name of await readdir(join(dir, 'prepared'))) {
    const path = join(dir, 'prepared', name);
    const whole = await readFile(path);
    const places = [0, 4, 9, 20, 128, Math.floor(whole.length / 2), whole.length - 9];
    for (const at of places) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      await writeFile(path, damaged);
      const again = await cache.prepared('k', await cache.text('k', () => text), o200k);
      expect(again.cum, `${name} at ${at}`).toEqual(fresh.cum);
      expect(again.text === text).toBe(true);
    }
    await writeFile(path, whole.subarray(0, 700));
    expect((await cache.prepared('k', await cache.text('k', () => text), o200k)).cum).toEqual(fresh.cum);
    expect((await readFile(path)).length).toBe(whole.length);
  }
});

test('a folder that cannot be written to costs nothing but time; no folder, no files', async () => {
  const dir = await freshDir();
  await writeFile(join(dir, 'prepared'), 'a file where a folder should be');
  for (const cache of [preparedCache(dir), preparedCache(null)]) {
    const corpus = await cache.text('k', () => 'One. Two. Three.');
    expect((await cache.prepared('k', corpus, o200k)).tokens).toBeGreaterThan(3);
  }
});

test('two writers at once leave one whole file and nothing else', async () => {
  const dir = await freshDir();
  const path = join(dir, 'deep', 'f.bin');
  const sections = (fill: number): Uint8Array[] => [new Uint8Array(50_001).fill(fill), new Uint8Array(3)];
  await Promise.all(Array.from({ length: 8 }, (_, i) => writeSections(path, sections(i + 1))));
  const file = openSections(path);
  const first = file?.read(0);
  expect(first).toHaveLength(50_001);
  expect(new Set(first).size).toBe(1);
  expect([...(file?.read(1) ?? [])]).toEqual([0, 0, 0]);
  expect(file?.read(2)).toBeNull();
  file?.close();
  expect(await readdir(join(dir, 'deep'))).toEqual(['f.bin']);
  expect(openSections(join(dir, 'none.bin'))).toBeNull();
});

test('the files that were not used for longest go first', async () => {
  const dir = await freshDir();
  for (const [i, name] of ['old', 'middle', 'new'].entries()) {
    await writeFile(join(dir, name), Buffer.alloc(1_000));
    await utimes(join(dir, name), 1_000_000 + i, 1_000_000 + i);
  }
  await prune(dir, 2_500);
  expect((await readdir(dir)).sort()).toEqual(['middle', 'new']);
  await prune(dir, 10_000);
  expect(await readdir(dir)).toHaveLength(2);
  expect((await stat(join(dir, 'new'))).size).toBe(1_000);
});
