import { readFileSync } from 'node:fs';
import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseResultLines } from '../../src/results/result-lines.ts';
import { appendRows, type RowAppender, type RowsFile, rowsFile } from '../../src/results/row-appender.ts';
import { row } from './row-fixture.ts';

let root = '';
let files = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-rows-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What the disk does with a row. */
type Disk = 'well' | 'full' | 'full and stuck';

interface Appending extends RowAppender {
  readonly path: string;
  /** Bytes of the file at each sync that began. */
  readonly syncs: readonly number[];
  /** Lines in the file, a torn one left out. */
  keys(): Promise<string[]>;
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** An appender to a real file on a disk that behaves as `disk` says at each row; `sync` may hold a sync up or fail it. */
async function appending(
  options: { readonly disk?: () => Disk; readonly sync?: () => Promise<void> } = {},
): Promise<Appending> {
  const { disk = () => 'well', sync = async () => undefined } = options;
  const path = join(root, `rows-${files++}.jsonl`);
  const handle: FileHandle = await open(path, 'a+');
  const real = rowsFile(handle);
  const syncs: number[] = [];
  let state: Disk = 'well';
  const file: RowsFile = {
    write: (bytes) => {
      state = disk();
      if (state === 'well') return real.write(bytes);
      // As a full disk does it: what still fits is written.
      real.write(bytes.subarray(0, Math.ceil(bytes.length * 0.6)));
      throw failure('ENOSPC');
    },
    datasync: async () => {
      syncs.push((await handle.stat()).size);
      await sync();
      await real.datasync();
    },
    truncate: (bytes) => {
      if (state === 'full and stuck') {
        state = 'well';
        throw failure('EIO');
      }
      real.truncate(bytes);
    },
    close: () => real.close(),
  };
  const keys = async (): Promise<string[]> => [...parseResultLines(await readFile(path), path).rows.keys()];
  return { path, syncs, keys, ...appendRows(file, { path, bytes: 0 }) };
}

const keysFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `k${first + i}`);

const appendAll = (rows: RowAppender, keys: readonly string[]): void => {
  for (const key of keys) rows.append(row(key));
};

test('a row is in the file as soon as it is appended, before anything else of this process runs', async () => {
  const rows = await appending();
  for (const key of keysFrom(0, 4)) {
    rows.append(row(key));
    expect(readFileSync(rows.path, 'utf8')).toContain(`"key":"${key}"`);
  }
  await rows.close();
  expect(await rows.keys()).toEqual(keysFrom(0, 4));
});

test('a write that takes only part of a row is gone on with', async () => {
  const path = join(root, `rows-${files++}.jsonl`);
  const handle = await open(path, 'a+');
  const real = rowsFile(handle);
  const rows = appendRows(
    { ...real, write: (bytes) => real.write(bytes.subarray(0, 7)) },
    { path, bytes: 0 },
  );
  appendAll(rows, keysFrom(0, 3));
  await rows.close();
  expect([...parseResultLines(await readFile(path), path).rows.keys()]).toEqual(keysFrom(0, 3));
});

test('the disk is told to keep rows soon after they come, one sync for many, without being asked', async () => {
  const rows = await appending();
  appendAll(rows, keysFrom(0, 32));
  const { size } = await stat(rows.path);
  while (rows.syncs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(rows.syncs).toEqual([size]);
  await rows.sync();
  // Nothing new to keep.
  expect(rows.syncs).toEqual([size]);
  rows.append(row('last'));
  await rows.close();
  expect(rows.syncs).toEqual([size, (await stat(rows.path)).size]);
});

test('rows are appended while the disk is syncing, and a sync that is asked for covers them', async () => {
  const held: (() => void)[] = [];
  const rows = await appending({ sync: () => new Promise((resolve) => held.push(resolve)) });
  rows.append(row('first'));
  const first = rows.sync();
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  appendAll(rows, keysFrom(0, 5));
  let over = false;
  const second = rows.sync().then(() => {
    over = true;
  });
  held[0]?.();
  await first;
  while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  expect([over, rows.syncs[1]]).toEqual([false, (await stat(rows.path)).size]);
  held[1]?.();
  await second;
  await rows.close();
  expect(await rows.keys()).toEqual(['first', ...keysFrom(0, 5)]);
});

test('where the disk does not keep rows, every later one, the sync and the end say so', async () => {
  const rows = await appending({ sync: () => Promise.reject(failure('EIO')) });
  const error = { code: 'output_unusable', message: expect.stringContaining('the disk reported an error') };
  rows.append(row('a'));
  await expect(rows.sync()).rejects.toMatchObject(error);
  expect(() => rows.append(row('b'))).toThrow(expect.objectContaining(error));
  await expect(rows.close()).rejects.toMatchObject(error);
  expect(await rows.keys()).toEqual(['a']);
});

test('a full disk fails a row with a word and leaves no half of it; with room again, rows go on', async () => {
  let disk: Disk = 'well';
  const rows = await appending({ disk: () => disk });
  rows.append(row('before'));
  const sound = await readFile(rows.path);
  disk = 'full';
  for (const key of keysFrom(0, 3)) {
    expect(() => rows.append(row(key))).toThrow(
      expect.objectContaining({
        code: 'output_unusable',
        exitCode: 3,
        message: expect.stringContaining(`${rows.path}: expected to write here, but the disk is full`),
        hint: expect.stringContaining('it resumes'),
      }),
    );
  }
  expect((await readFile(rows.path)).equals(sound)).toBe(true);
  disk = 'well';
  rows.append(row('after'));
  await rows.close();
  expect(await rows.keys()).toEqual(['before', 'after']);
});

test('where not even the half row can be taken back, it stays the last one', async () => {
  let disk: Disk = 'full and stuck';
  const rows = await appending({ disk: () => disk });
  expect(() => rows.append(row('a'))).toThrow(expect.objectContaining({ code: 'output_unusable' }));
  expect((await readFile(rows.path)).length).toBeGreaterThan(0);
  expect(await rows.keys()).toEqual([]);
  disk = 'well';
  rows.append(row('b'));
  await rows.close();
  expect(await readFile(rows.path, 'utf8')).toBe(`${JSON.stringify(row('b'))}\n`);
});

test('whatever the disk does, the file holds what was promised and nothing else', async () => {
  const states = fc.array(fc.constantFrom<Disk>('well', 'well', 'full', 'full and stuck'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(states, async (steps) => {
      let disk: Disk = 'well';
      const rows = await appending({ disk: () => disk });
      const promised: string[] = [];
      for (const [i, step] of steps.entries()) {
        disk = step;
        const append = (): void => rows.append(row(`k${i}`));
        if (step === 'well') append();
        else expect(append).toThrow('the disk is full');
        if (step === 'well') promised.push(`k${i}`);
        expect(await rows.keys()).toEqual(promised);
      }
      disk = 'well';
      rows.append(row('last'));
      await rows.close();
      expect(await rows.keys()).toEqual([...promised, 'last']);
    }),
    { numRuns: 40 },
  );
});

test.each([
  [
    'is saved by an editor, which puts another in its place',
    async (path: string) => {
      await writeFile(`${path}.new`, 'edited\n');
      await rename(`${path}.new`, path);
    },
  ],
  ['gets a line from another program', (path: string) => appendFile(path, 'edited')],
  ['is deleted', (path: string) => rm(path)],
])('a file that %s under the run ends it before rows go astray', async (_what, change) => {
  const rows = await appending();
  rows.append(row('a'));
  await change(rows.path);
  const left = await readFile(rows.path, 'utf8').catch(() => null);
  const error = {
    code: 'output_unusable',
    message: expect.stringContaining('another program changed the file'),
    hint: expect.stringContaining('the same command again'),
  };
  expect(() => rows.append(row('b'))).toThrow(expect.objectContaining(error));
  expect(() => rows.append(row('c'))).toThrow(expect.objectContaining(error));
  await expect(rows.close()).rejects.toMatchObject(error);
  expect(await readFile(rows.path, 'utf8').catch(() => null)).toBe(left);
});
