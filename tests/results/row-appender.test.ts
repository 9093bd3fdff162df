import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseResultLines } from '../../src/results/result-lines.ts';
import { appendRows, type RowAppender, type RowsFile } from '../../src/results/row-appender.ts';
import { row } from './row-fixture.ts';

let root = '';
let files = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-rows-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What the disk does with one group of rows. */
type Disk = 'well' | 'full' | 'full and stuck' | 'lost at the sync';

interface Appending extends RowAppender {
  readonly path: string;
  /** Groups that reached the disk: how many lines each had. */
  readonly groups: readonly number[];
  /** Lines in the file, a torn one left out. */
  keys(): Promise<string[]>;
}

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** An appender to a real file on a disk that behaves as `disk` says at each group; `sync` may hold it up. */
async function appending(
  options: { readonly disk?: () => Disk; readonly sync?: () => Promise<void> } = {},
): Promise<Appending> {
  const { disk = () => 'well', sync = async () => undefined } = options;
  const path = join(root, `rows-${files++}.jsonl`);
  const handle: FileHandle = await open(path, 'a+');
  const groups: number[] = [];
  let state: Disk = 'well';
  let lines = 0;
  const file: RowsFile = {
    appendFile: async (data) => {
      state = disk();
      const bytes = data as Buffer;
      lines = bytes.filter((byte) => byte === 0x0a).length;
      if (state === 'well' || state === 'lost at the sync') return handle.appendFile(bytes);
      // As a full disk does it: what still fits is written.
      await handle.appendFile(bytes.subarray(0, Math.ceil(bytes.length * 0.6)));
      throw failure('ENOSPC');
    },
    datasync: async () => {
      await sync();
      if (state === 'lost at the sync') throw failure('EIO');
      await handle.datasync();
      groups.push(lines);
    },
    truncate: async (bytes) => {
      if (state === 'full and stuck') {
        state = 'well';
        throw failure('EIO');
      }
      await handle.truncate(bytes);
    },
    close: () => handle.close(),
  };
  const keys = async (): Promise<string[]> => [...parseResultLines(await readFile(path), path).rows.keys()];
  return { path, groups, keys, ...appendRows(file, { path, bytes: 0 }) };
}

const keysFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `k${first + i}`);

test('rows that come at once go out in one group, in the order of the calls', async () => {
  const rows = await appending();
  await Promise.all(keysFrom(0, 32).map((key) => rows.append(row(key))));
  expect(rows.groups).toEqual([32]);
  expect(await rows.keys()).toEqual(keysFrom(0, 32));
  await rows.close();
});

test('a row is promised when its own sync is over, and those that came meanwhile share the next one', async () => {
  const syncs: (() => void)[] = [];
  const rows = await appending({ sync: () => new Promise((resolve) => syncs.push(resolve)) });
  const done: string[] = [];
  const append = (key: string): Promise<unknown> => rows.append(row(key)).then(() => done.push(key));
  const nextSync = async (): Promise<void> => {
    const seen = syncs.length;
    while (syncs.length === seen) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const first = append('first');
  await nextSync();
  const others = keysFrom(0, 5).map(append);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([syncs.length, done]).toEqual([1, []]);
  const second = nextSync();
  syncs[0]?.();
  await first;
  expect(done).toEqual(['first']);
  await second;
  syncs[1]?.();
  await Promise.all(others);
  await rows.close();
  expect(rows.groups).toEqual([1, 5]);
  expect(await rows.keys()).toEqual(['first', ...keysFrom(0, 5)]);
});

test('rows one after the other stand one after the other', async () => {
  const rows = await appending();
  for (const key of keysFrom(0, 4)) await rows.append(row(key));
  expect(rows.groups).toEqual([1, 1, 1, 1]);
  await rows.close();
  expect(await rows.keys()).toEqual(keysFrom(0, 4));
});

test('a full disk fails the whole group with a word and leaves no half row; with room again, rows go on', async () => {
  let disk: Disk = 'well';
  const rows = await appending({ disk: () => disk });
  await rows.append(row('before'));
  const sound = await readFile(rows.path);
  disk = 'full';
  const tries = await Promise.allSettled(keysFrom(0, 3).map((key) => rows.append(row(key))));
  for (const each of tries) {
    expect(each).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'output_unusable',
        exitCode: 3,
        message: expect.stringContaining(`${rows.path}: expected to write here, but the disk is full`),
        hint: expect.stringContaining('it resumes'),
      },
    });
  }
  expect((await readFile(rows.path)).equals(sound)).toBe(true);
  disk = 'well';
  await rows.append(row('after'));
  await rows.close();
  expect(await rows.keys()).toEqual(['before', 'after']);
});

test('where not even the half row can be taken back, it stays the last one', async () => {
  let disk: Disk = 'full and stuck';
  const rows = await appending({ disk: () => disk });
  await expect(rows.append(row('a'))).rejects.toMatchObject({ code: 'output_unusable' });
  expect((await readFile(rows.path)).length).toBeGreaterThan(0);
  expect(await rows.keys()).toEqual([]);
  disk = 'well';
  await rows.append(row('b'));
  await rows.close();
  expect(await readFile(rows.path, 'utf8')).toBe(`${JSON.stringify(row('b'))}\n`);
});

test('whatever the disk does, the file holds what was promised and nothing else', async () => {
  const states = fc.constantFrom<Disk>('well', 'well', 'full', 'full and stuck', 'lost at the sync');
  const plan = fc.array(fc.record({ disk: states, rows: fc.integer({ min: 1, max: 4 }) }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => {
      let disk: Disk = 'well';
      const rows = await appending({ disk: () => disk });
      const promised: string[] = [];
      let count = 0;
      for (const step of steps) {
        disk = step.disk;
        const keys = keysFrom(count, step.rows);
        count += step.rows;
        const ended = await Promise.allSettled(keys.map((key) => rows.append(row(key))));
        promised.push(...keys.filter((_key, i) => ended[i]?.status === 'fulfilled'));
        // What cannot be taken back stays until it can: whole rows of the group, and never in front of others.
        const keysNow = await rows.keys();
        const stuck = step.disk === 'full and stuck';
        expect(stuck ? keysNow.slice(0, promised.length) : keysNow).toEqual(promised);
      }
      disk = 'well';
      await rows.append(row('last'));
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
  await rows.append(row('a'));
  await change(rows.path);
  const left = await readFile(rows.path, 'utf8').catch(() => null);
  const error = {
    code: 'output_unusable',
    message: expect.stringContaining('another program changed the file'),
    hint: expect.stringContaining('the same command again'),
  };
  await expect(rows.append(row('b'))).rejects.toMatchObject(error);
  await expect(rows.append(row('c'))).rejects.toMatchObject(error);
  await expect(rows.close()).rejects.toMatchObject(error);
  expect(await readFile(rows.path, 'utf8').catch(() => null)).toBe(left);
});
