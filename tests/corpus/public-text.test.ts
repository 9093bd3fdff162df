import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { sha256 } from '../../src/core/hash.ts';
import type { CatalogueFile, CatalogueRow } from '../../src/corpus/catalogue.ts';
import { downloadFile } from '../../src/corpus/download.ts';
import { keptPath } from '../../src/corpus/kept-files.ts';
import { type PublicTextOptions, publicText } from '../../src/corpus/public-text.ts';
import { type FileServer, startFileServer } from './file-server.ts';

/** Long enough to arrive in several pieces. */
const first = Buffer.from(`${'One sentence after another. '.repeat(20_000)}\n`);
const second = Buffer.from('第二部。\n');

let server: FileServer;
let cacheDir = '';
let answers: Record<string, (response: ServerResponse) => void> = {};
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'needlescope-cache-'));
  answers = {
    '/first.txt': (response) => response.end(first),
    '/%E4%BA%8C%20.txt': (response) => response.end(second),
  };
  server = await startFileServer((path, response) => {
    const answer = answers[path];
    if (answer) answer(response);
    else response.writeHead(404).end('no such file');
  });
});
afterEach(async () => {
  await server.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const fileOf = (path: string, bytes: Buffer): CatalogueFile => ({
  url: `${server.url}${path}`,
  sha256: sha256(bytes),
  bytes: bytes.length,
});
const row = (): CatalogueRow => ({
  language: 'en',
  summary: 'two files',
  licence: 'ours',
  source: server.url,
  files: [fileOf('/first.txt', first), fileOf('/%E4%BA%8C%20.txt', second)],
});
const load = (options: Partial<PublicTextOptions> = {}) => publicText('two', row(), { cacheDir, ...options });
const kept = async () => (await readdir(join(cacheDir, 'corpora')).catch(() => [])).sort();

async function failureOf(promise: Promise<unknown>): Promise<NeedlescopeError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NeedlescopeError);
  return error as NeedlescopeError;
}

describe('a public text', () => {
  test('is downloaded once, file by file, and told as it comes', async () => {
    const seen: [string, number, number][] = [];
    const { text, notes } = await load({
      onProgress: ({ file, bytes, total }) => seen.push([file, bytes, total]),
    });
    expect(text).toBe(`${first.toString().trimEnd()}\n\n第二部。`);
    expect(notes).toEqual([]);
    expect(seen[0]).toEqual(['first.txt', 0, first.length]);
    const ofFirst = seen.filter(([file]) => file === 'first.txt').map(([, bytes]) => bytes);
    expect(ofFirst.length).toBeGreaterThan(2);
    expect(ofFirst).toEqual([...ofFirst].sort((a, b) => a - b));
    expect(ofFirst.at(-1)).toBe(first.length);
    expect(seen.at(-1)).toEqual(['二 .txt', second.length, second.length]);

    const [one, two] = row().files as [CatalogueFile, CatalogueFile];
    expect(sha256(await readFile(keptPath(cacheDir, one)))).toBe(sha256(first));
    expect(keptPath(cacheDir, two)).toBe(join(cacheDir, 'corpora', `${two.sha256.slice(0, 12)}-二_.txt`));
    expect(sha256(await readFile(keptPath(cacheDir, two)))).toBe(sha256(second));
    expect(await kept()).toHaveLength(2);

    expect(server.asked).toHaveLength(2);
    const again = await load({
      onProgress: () => {
        throw new Error('nothing is downloaded');
      },
    });
    expect(again.text).toBe(text);
    expect(server.asked).toHaveLength(2);
  });

  test('is loaded by two at once', async () => {
    const texts = await Promise.all([load(), load(), load()]);
    expect(new Set(texts.map(({ text }) => text)).size).toBe(1);
    expect(await kept()).toHaveLength(2);
    await server.close();
    expect((await load()).text).toBe(texts[0]?.text);
  });

  test('is taken from a file that was placed by hand', async () => {
    await mkdir(join(cacheDir, 'corpora'));
    const [one, two] = row().files as [CatalogueFile, CatalogueFile];
    await writeFile(keptPath(cacheDir, one), first);
    await load();
    expect(server.asked).toEqual([new URL(two.url).pathname]);
  });

  test('is downloaded again where another file lies in its place', async () => {
    await mkdir(join(cacheDir, 'corpora'));
    const [one] = row().files as [CatalogueFile];
    const damaged = Buffer.from(first);
    damaged[7] = 0x58;
    for (const wrong of [damaged, Buffer.from('half a file')]) {
      await writeFile(keptPath(cacheDir, one), wrong);
      await load();
      expect(sha256(await readFile(keptPath(cacheDir, one)))).toBe(sha256(first));
    }
    expect(server.asked.filter((path) => path === '/first.txt')).toHaveLength(2);
  });

  test('is used without a cache, and where the cache cannot be written', async () => {
    await load({ cacheDir: null });
    await load({ cacheDir: null });
    expect(server.asked).toHaveLength(4);
    const blocked = join(cacheDir, 'not-a-folder');
    await writeFile(blocked, '');
    const { notes } = await load({ cacheDir: blocked });
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain('first.txt could not be kept and will be downloaded again');
  });

  test('begins with the words of its row, with joined lines where the row says wrapped', async () => {
    const line = 'a line that is long enough to be one of a wrapped paragraph';
    const bytes = Buffer.from(`Contents\n\nOne\n\n\nHere begins\n${line}\n${line}\n\nShort line\n${line}\n`);
    answers['/wrapped.txt'] = (response) => response.end(bytes);
    const file = { ...fileOf('/wrapped.txt', bytes), from: 'Here begins' };
    const asked = { ...row(), wrapped: true, files: [file] };
    expect((await publicText('one', asked, { cacheDir })).text).toBe(
      `Here begins\n${line} ${line}\n\nShort line\n${line}`,
    );
  });
});

describe('a download that fails', () => {
  const cases: readonly (readonly [
    name: string,
    answer: (response: ServerResponse) => void,
    message: RegExp,
  ])[] = [
    [
      'another file',
      (response) => response.end(Buffer.alloc(first.length, 'x')),
      /expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}$/,
    ],
    [
      'a short body',
      (response) => response.end(first.subarray(0, 1_000)),
      /expected 560001 bytes, got 1000$/,
    ],
    [
      'a body that never ends',
      (response) => void response.write(Buffer.concat([first, first])),
      /expected 560001 bytes, got more$/,
    ],
    ['404', (response) => void response.writeHead(404).end('no'), /got HTTP status 404$/],
    [
      '500 with an endless page',
      (response) => void response.writeHead(500).write('x'.repeat(9_000)),
      /got HTTP status 500$/,
    ],
    [
      'a cut connection',
      (response) => {
        response.writeHead(200, { 'content-length': first.length });
        response.write(first.subarray(0, 1_000), () => response.socket?.resetAndDestroy());
      },
      /first\.txt: .+/,
    ],
  ];
  test.each(cases)('%s is told, with what to do by hand; nothing is kept', async (_name, answer, message) => {
    answers['/first.txt'] = answer;
    const error = await failureOf(load());
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toMatch(/^the corpus two could not be downloaded: http:/);
    expect(error.message).toMatch(message);
    for (const file of row().files) {
      expect(error.hint).toContain(file.url);
      expect(error.hint).toContain(keptPath(cacheDir, file));
      expect(error.hint).toContain(file.sha256);
      expect(error.hint).toContain(`${file.bytes} bytes`);
    }
    expect(error.hint).toContain('prose-en');
    expect(await kept()).toEqual([]);
  });

  test('no server is told; what is kept already need not be placed', async () => {
    const [one, two] = row().files as [CatalogueFile, CatalogueFile];
    await mkdir(join(cacheDir, 'corpora'));
    await writeFile(keptPath(cacheDir, one), first);
    await writeFile(keptPath(cacheDir, two), 'not the right one');
    await server.close();
    const error = await failureOf(load());
    expect(error.code).toBe('corpus_unusable');
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.hint).not.toContain(one.url);
    expect(error.hint).toContain(two.url);
    expect(error.hint).toContain('what lies there now is another file: it has 17 bytes');
    expect(await readFile(keptPath(cacheDir, two), 'utf8')).toBe('not the right one');
  });

  test('a silent server is given up, before its answer and in the middle of it', async () => {
    const [file] = row().files as [CatalogueFile];
    answers['/first.txt'] = () => {};
    expect((await failureOf(downloadFile(file, { silenceMs: 60 }))).message).toContain(
      'nothing came for 0.06 s',
    );
    answers['/first.txt'] = (response) => void response.write(first.subarray(0, 10));
    const error = await failureOf(downloadFile(file, { silenceMs: 60 }));
    expect(error).toMatchObject({ code: 'corpus_unusable' });
    expect(error.message).toContain('nothing came for 0.06 s');
  });

  test('a slow server is not a silent one', async () => {
    const [, file] = row().files as [CatalogueFile, CatalogueFile];
    answers['/%E4%BA%8C%20.txt'] = (response) => {
      let sent = 0;
      const timer = setInterval(() => {
        response.write(second.subarray(sent, sent + 1));
        sent += 1;
        if (sent < second.length) return;
        clearInterval(timer);
        response.end();
      }, 80);
    };
    expect(Buffer.from(await downloadFile(file, { silenceMs: 600 }))).toEqual(second);
  });

  test('an interrupt ends it, before it starts and while it hangs', async () => {
    answers['/first.txt'] = (response) => void response.write(first.subarray(0, 10));
    const stop = new AbortController();
    const error = await failureOf(
      load({ signal: stop.signal, onProgress: ({ bytes }) => bytes > 0 && stop.abort() }),
    );
    expect(error).toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect((await failureOf(load({ signal: stop.signal }))).code).toBe('interrupted');
    expect(await kept()).toEqual([]);
  });
});
