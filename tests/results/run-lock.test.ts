import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockRunFolder } from '../../src/results/run-lock.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import type { Answer } from './lock-racer.child.ts';

let root = '';
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-lock-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function freshDir(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const dir = join(root, `run-${folders++}`);
  await mkdir(dir);
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content);
  return dir;
}

const lockOf = (more: object = {}): string =>
  JSON.stringify({
    token: 'stale-1',
    pid: process.pid,
    processStart: 'another boot:1',
    host: hostname(),
    since: 'then',
    ...more,
  });
/** No process has this id: the kernel's ids end below. */
const noPid = 2 ** 22 + 1;

test('a second run in the same folder is refused at once, until the first lets go', async () => {
  const dir = await freshDir();
  const first = await openRunFolder(dir);
  const error = {
    code: 'output_locked',
    exitCode: 3,
    message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
  };
  await expect(openRunFolder(dir)).rejects.toMatchObject(error);
  await expect(openRunFolder(dir)).rejects.toMatchObject(error);
  await first.close();
  await (await openRunFolder(dir)).close();
  expect(await readdir(dir)).toEqual(['results.jsonl']);
});

describe('a stale lock is taken over', () => {
  test('of a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const dir = await freshDir({ '.lock': lockOf({ pid: child.pid, processStart: null }) });
    await expect(lockRunFolder(dir)).rejects.toMatchObject({ code: 'output_locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await lockRunFolder(dir)).release();
    expect(await readdir(dir)).toEqual([]);
  });

  test.skipIf(!existsSync('/proc/self/stat'))(
    'of a process that was killed and that its parent did not notice (needs /proc)',
    async () => {
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
      const pid = Number(String((await once(parent.stdout, 'data'))[0]));
      const dir = await freshDir({ '.lock': lockOf({ pid, processStart: null }) });
      await expect(lockRunFolder(dir)).rejects.toMatchObject({ code: 'output_locked' });
      // Until then it is a shell, which would notice.
      const name = async (): Promise<string> => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')).trim();
      while ((await name()) !== 'sleep') await pause(2);
      process.kill(pid, 'SIGKILL');
      while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) await pause(2);
      await (await lockRunFolder(dir)).release();
      parent.kill('SIGKILL');
    },
  );

  test.each([
    ['whose process id belongs to another process now', lockOf()],
    ['of 0 bytes', ''],
    ['that was torn', lockOf().slice(0, 20)],
    ['that names no process', '{"token":"t"}'],
    ['that names a group of processes', lockOf({ pid: -1 })],
    ['whose name leads elsewhere', lockOf({ token: '../../x', pid: noPid })],
    ['of the future', lockOf({ pid: noPid, since: '2999-01-01T00:00:00.000Z' })],
  ])('%s', async (_what, content) => {
    const dir = await freshDir({ '.lock': content });
    const lock = await lockRunFolder(dir);
    await expect(lockRunFolder(dir)).rejects.toMatchObject({ code: 'output_locked' });
    await lock.release();
    expect(await readdir(dir)).toEqual([]);
  });

  test('also where the one before was killed while it took it over; what they left goes', async () => {
    const dir = await freshDir({
      '.lock': lockOf({ pid: noPid }),
      '.lock.stale-1.takeover': lockOf({ token: 'stale-2', pid: noPid }),
      '.lock.stale-1.takeover.stale-2.takeover': lockOf({ token: 'stale-3', pid: noPid }),
      '.lock.stale-4.draft': lockOf({ token: 'stale-4', pid: noPid }),
    });
    const lock = await lockRunFolder(dir);
    expect(await readdir(dir)).toEqual(['.lock']);
    await lock.release();
  });

  test('but not while a live process is at it', async () => {
    const mark = lockOf({ token: 'live', processStart: null });
    const dir = await freshDir({ '.lock': lockOf({ pid: noPid }), '.lock.stale-1.takeover': mark });
    await expect(lockRunFolder(dir)).rejects.toMatchObject({ code: 'output_locked' });
    expect(await readFile(join(dir, '.lock'), 'utf8')).toBe(lockOf({ pid: noPid }));
  });
});

test('a lock of another machine is not taken over, and the hint says what to delete', async () => {
  const dir = await freshDir({ '.lock': lockOf({ host: 'elsewhere', pid: noPid }) });
  await expect(lockRunFolder(dir)).rejects.toMatchObject({
    code: 'output_locked',
    message: expect.stringContaining('elsewhere'),
    hint: expect.stringContaining(`delete ${join(dir, '.lock')}`),
  });
});

test('a lock that someone deleted and another run took is not released by the first', async () => {
  const dir = await freshDir();
  const first = await lockRunFolder(dir);
  await rm(join(dir, '.lock'));
  const second = await lockRunFolder(dir);
  await first.release();
  await expect(lockRunFolder(dir)).rejects.toMatchObject({ code: 'output_locked' });
  await second.release();
});

describe('of twenty processes that come at once, one gets the folder', () => {
  const racers: ChildProcess[] = [];
  const answer = async (racer: ChildProcess): Promise<Answer> => (await once(racer, 'message'))[0];

  beforeAll(async () => {
    const outfile = join(root, 'lock-racer.mjs');
    const entry = join(import.meta.dirname, 'lock-racer.child.ts');
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm' });
    for (let i = 0; i < 20; i++) racers.push(fork(outfile));
    await Promise.all(racers.map(answer));
  });
  afterAll(() => {
    for (const racer of racers) racer.kill('SIGKILL');
  });

  const stale = lockOf({ pid: noPid });
  const deadMark = lockOf({ token: 'stale-2', pid: noPid });
  test.each<[string, Readonly<Record<string, string>>]>([
    ['a free one', {}],
    ['one with a stale lock', { '.lock': stale }],
    ['one with an empty lock', { '.lock': '' }],
    ['one whose taker was killed', { '.lock': stale, '.lock.stale-1.takeover': deadMark }],
  ])('%s', async (_what, files) => {
    for (let round = 0; round < 5; round++) {
      const dir = await freshDir(files);
      const answers = racers.map(answer);
      for (const racer of racers) racer.send({ dir });
      const came = await Promise.all(answers);
      expect(came.filter(({ won }) => won)).toHaveLength(1);
      const refused = came.filter(({ won }) => !won);
      expect(refused.map(({ code, message }) => (code === 'output_locked' ? code : message))).toEqual(
        Array(19).fill('output_locked'),
      );
      const winner = racers[came.findIndex(({ won }) => won)] as ChildProcess;
      // Held by the one that says so, and by nobody else.
      expect(JSON.parse(await readFile(join(dir, '.lock'), 'utf8'))).toMatchObject({ pid: winner.pid });
      const released = answer(winner);
      winner.send({});
      await released;
      expect(await readdir(dir)).toEqual([]);
    }
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
