import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { command, manifestIn, rowsOf, temporaryFolder } from './command.ts';

let server: ReferenceServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  server = await startReferenceServer({ latencyMs: 10 });
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const cells = 24;
const args = (): string[] => [
  ...['run', '--base-url', server.url, '--model', 'known-answer/perfect', '--tokenizer', 'o200k_base'],
  ...['--lengths', '600,700', '--depths', '0,50,100', '--trials', '4', '--concurrency', '4', '--out', 'out'],
];

/** A folder of a run that stopped because its disk was full, and how many calls it made. */
async function expectStopped(dir: string): Promise<Buffer> {
  const rows = await rowsOf(dir);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThan(cells);
  expect(rows.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'scored'));
  const bytes = await readFile(join(dir, 'results.jsonl'));
  expect(bytes.at(-1)).toBe(0x0a);
  return bytes;
}

/** The run went on from `stopped` to its end, and no cell of those rows was among the calls from the `from`th on. */
async function expectResumed(dir: string, stopped: Buffer, from: number): Promise<void> {
  const rows = await rowsOf(dir);
  expect(rows).toHaveLength(cells);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(cells);
  expect((await readFile(join(dir, 'results.jsonl'))).subarray(0, stopped.length).equals(stopped)).toBe(true);
  expect(await manifestIn(dir)).toMatchObject({ status: 'finished' });
  const asked = server.requests().slice(from);
  expect(asked).toHaveLength(cells - stopped.filter((byte) => byte === 0x0a).length);
}

test('a file that may not grow stops the run: exit 3, its rows stay, and with room it goes on', async () => {
  const stopped = await command(args(), {
    cwd: folder.dir,
    under: ['sh', '-c', 'ulimit -f 16; exec "$@"', 'sh'],
  });
  expect(stopped.stderr).toMatch(/results\.jsonl: expected to write here, but the file may not grow/);
  expect(stopped.stderr).toMatch(/^fix: .*it resumes/m);
  expect(stopped).toMatchObject({ code: 3, signal: null });
  const dir = join(folder.dir, 'out');
  const bytes = await expectStopped(dir);
  expect(await manifestIn(dir)).toMatchObject({ status: 'aborted' });
  expect((await readdir(dir)).sort()).toEqual(['manifest.json', 'results.jsonl']);
  const from = server.requests().length;
  expect(await command(args(), { cwd: folder.dir })).toMatchObject({ code: 0 });
  await expectResumed(dir, bytes, from);
});

// A disk of its own without being root, where the system lets users have name spaces; in them a mount is gone with its process.
const apart = ['unshare', ...(process.getuid?.() === 0 ? ['-m'] : ['--user', '--map-root-user', '--mount'])];
const probe = 'd=$(mktemp -d); mount -t tmpfs -o size=64k t "$d"; s=$?; umount "$d"; rmdir "$d"; exit $s';
const canMount = spawnSync('env', [...apart, 'sh', '-c', probe]).status === 0;
/** Runs the command by `script`, which finds it in "$@" and has a disk as `out` with 40 KB free; without `out/other` it has room. */
const onSmallDisk = (script: string): readonly string[] => [
  ...[...apart, 'sh', '-c'],
  `mount -t tmpfs -o size=8m small out && head -c 8347648 /dev/zero > out/other || exit 90\n${script}`,
  'sh',
];

test.skipIf(!canMount)(
  'a disk that fills stops the run: exit 3, and with room it goes on (needs a name space to mount in)',
  async () => {
    await mkdir(join(folder.dir, 'out'));
    const from = server.requests().length;
    const script = `
"$@"; echo "first: $?"; cp -r out first
rm out/other
"$@"; echo "second: $?"; cp -r out second`;
    const { stdout, stderr } = await command(args(), { cwd: folder.dir, under: onSmallDisk(script) });
    expect(stdout, stderr).toMatch(/^first: 3$/m);
    expect(stdout, stderr).toMatch(/^second: 0$/m);
    expect(stderr).toMatch(/expected to write here, but the disk is full/);
    const bytes = await expectStopped(join(folder.dir, 'first'));
    const calls = server.requests().slice(from);
    const kept = await rowsOf(join(folder.dir, 'first'));
    for (const { sample } of kept) {
      expect(calls.filter(({ promptSha256 }) => promptSha256 === sample.promptSha256)).toHaveLength(1);
    }
    const askedAgain = cells - kept.length;
    await expectResumed(join(folder.dir, 'second'), bytes, server.requests().length - askedAgain);
  },
);

test.skipIf(!canMount)(
  'a disk that is full or read-only from the start: exit 3 before any call (needs a name space to mount in)',
  async () => {
    await mkdir(join(folder.dir, 'out'));
    const from = server.requests().length;
    const script = `
head -c 40960 /dev/zero >> out/other; "$@"; echo "full: $?"; ls -A out
mount -t tmpfs -o ro none out; "$@"; echo "read-only: $?"`;
    const { stdout, stderr } = await command(args(), { cwd: folder.dir, under: onSmallDisk(script) });
    expect(stdout).toBe('full: 3\nother\nread-only: 3\n');
    expect(stderr).toMatch(/but the disk is full\nfix: .*but the file system is read-only\nfix: /s);
    expect(server.requests().length).toBe(from);
  },
);

test.skipIf(process.getuid?.() === 0)(
  'a folder without permission: exit 3 (root may write anywhere)',
  async () => {
    const dir = join(folder.dir, 'out');
    await mkdir(dir);
    await chmod(dir, 0o555);
    const ended = await command(args(), { cwd: folder.dir });
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('permission denied')]);
    await chmod(dir, 0o755);
  },
);
