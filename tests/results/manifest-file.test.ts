import { type FileHandle, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readRun } from '../../src/results/read-run.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import { manifest, row } from './row-fixture.ts';

let root = '';
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-manifest-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The folder of a run with one row. */
async function runFolder(): Promise<string> {
  const dir = join(root, `run-${folders++}`);
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest());
  folder.append(row('a'));
  await folder.close();
  return dir;
}

test('it is replaced whole, in the order of the calls, and leaves nothing beside it', async () => {
  const dir = await runFolder();
  const folder = await openRunFolder(dir);
  expect(folder.manifest?.status).toBe('started');
  const notes = Array.from({ length: 20 }, (_, i) => folder.writeManifest(manifest({ plannedCells: i })));
  const last = folder.writeManifest(manifest({ status: 'finished' }));
  // What a reader sees meanwhile is always one of them.
  for (let reads = 0; reads < 20; reads++) expect((await readRun(dir)).results).toHaveLength(1);
  await Promise.all([...notes, last]);
  await folder.close();
  expect((await readRun(dir)).manifest.status).toBe('finished');
  expect((await readdir(dir)).sort()).toEqual(['manifest.json', 'results.jsonl']);
});

test('it is not written before the disk keeps the rows that it speaks of', async () => {
  const dir = await runFolder();
  const folder = await openRunFolder(dir);
  folder.append(row('b'));
  // The disk itself: every file of this process that is synced now fails.
  const file = await open(join(dir, 'results.jsonl'));
  const sync = vi
    .spyOn(Object.getPrototypeOf(file) as FileHandle, 'datasync')
    .mockRejectedValue(Object.assign(new Error('EIO'), { code: 'EIO' }));
  try {
    const error = { code: 'output_unusable', message: expect.stringContaining('results.jsonl') };
    await expect(folder.writeManifest(manifest({ status: 'finished' }))).rejects.toMatchObject(error);
    await expect(folder.close()).rejects.toMatchObject(error);
  } finally {
    sync.mockRestore();
    await file.close();
  }
  expect((await readRun(dir)).manifest.status).toBe('started');
  await (await openRunFolder(dir)).close();
});

test('what a kill left of the next one is in nobody’s way and goes with the next write', async () => {
  const dir = await runFolder();
  await writeFile(join(dir, 'manifest.json.tmp'), '{"v":1,"tool":');
  expect((await readRun(dir)).manifest.status).toBe('started');
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest({ status: 'aborted' }));
  await folder.close();
  expect((await readRun(dir)).manifest.status).toBe('aborted');
  expect((await readdir(dir)).sort()).toEqual(['manifest.json', 'results.jsonl']);
});

test.each([
  ['empty', '', /is empty/],
  ['torn', '{"v":1,"tool":{"na', /torn or no JSON/],
  ['of other content', '{"v":1}', /tool: /],
])(
  'one that is %s is told with the fix; the rows stay, and with it moved away the run goes on',
  async (_what, text, message) => {
    const dir = await runFolder();
    const rows = await readFile(join(dir, 'results.jsonl'));
    const path = join(dir, 'manifest.json');
    await writeFile(path, text);
    const told = {
      code: 'results_unusable',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/move it away.*results\.jsonl is kept/),
    };
    await expect(readRun(dir)).rejects.toMatchObject(told);
    await expect(openRunFolder(dir)).rejects.toMatchObject(told);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readFile(join(dir, 'results.jsonl'))).toEqual(rows);
    await rm(path);
    const folder = await openRunFolder(dir);
    expect([folder.manifest, [...folder.existing.keys()]]).toEqual([null, ['a']]);
    await folder.close();
  },
);

test('one of a newer version is not to be moved away', async () => {
  const dir = await runFolder();
  await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...manifest(), v: 2 }));
  await expect(openRunFolder(dir)).rejects.toMatchObject({
    message: expect.stringMatching(/newer Needlescope/),
    hint: expect.not.stringMatching(/move it away/),
  });
});

test('a clock that went back changes nothing: a run that ended before it began is read', async () => {
  const dir = await runFolder();
  const folder = await openRunFolder(dir);
  const earlier = '2020-01-01T00:00:00.000Z';
  await folder.writeManifest(manifest({ status: 'finished', finishedAt: earlier }));
  folder.append(row('b', { finishedAt: earlier }));
  await folder.close();
  const run = await readRun(dir);
  expect(run.manifest.finishedAt).toBe(earlier);
  expect(run.results.map(({ key }) => key)).toEqual(['a', 'b']);
});
