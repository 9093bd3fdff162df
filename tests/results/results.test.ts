import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { readRun } from '../../src/results/read-run.ts';
import { openRunFolder } from '../../src/results/writer.ts';
import { manifest, row } from './row-fixture.ts';

let root = '';
let folders = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'needlescope-results-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
const freshDir = (): string => join(root, `run-${folders++}`);

async function written(rows: readonly Result[]): Promise<string> {
  const dir = freshDir();
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest());
  for (const each of rows) folder.append(each);
  await folder.close();
  return dir;
}

const linesOf = async (dir: string): Promise<string[]> =>
  (await readFile(join(dir, 'results.jsonl'), 'utf8')).split('\n').slice(0, -1);

test('rows come back as they were written, one compact line each', async () => {
  const rows = [row('a'), row('b', { outcome: 'failed', reason: 'http_500', score: null }), row('c')];
  const dir = await written(rows);
  expect((await readRun(dir)).results).toEqual(rows);
  expect(await linesOf(dir)).toEqual(rows.map((each) => JSON.stringify(each)));
  expect((await readRun(dir)).manifest).toEqual(manifest());
});

test('any text survives the way to disk and back', async () => {
  const dir = freshDir();
  const folder = await openRunFolder(dir);
  await folder.writeManifest(manifest());
  const texts = fc.sample(fc.string({ unit: 'binary' }), { numRuns: 40, seed: 7 });
  const rows = ['line\nbreak', 'sep\u2028arator', '\u0000', ...texts].map((text, i) =>
    row(`k${i}`, { score: { value: 0.5, raw: 3, scale: [1, 10], answer: text, scorer: 's' } }),
  );
  for (const each of rows) folder.append(each);
  await folder.close();
  expect((await readRun(dir)).results).toEqual(rows);
});

test('the last row of a key wins, at the place of that last row', async () => {
  const dir = await written([row('a', { attempts: 1 }), row('b'), row('a', { attempts: 2 })]);
  const { results } = await readRun(dir);
  expect(results.map(({ key, attempts }) => [key, attempts])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
});

test('a torn last line is left out by the reader and cut off by the writer', async () => {
  const dir = await written([row('a'), row('b')]);
  const file = join(dir, 'results.jsonl');
  const whole = await readFile(file, 'utf8');
  const torn = Buffer.from(JSON.stringify(row('c', { promptKey: '针' })));
  for (const length of [1, torn.indexOf('针') + 1, torn.length - 1]) {
    await writeFile(file, Buffer.concat([Buffer.from(whole), torn.subarray(0, length)]));
    expect((await readRun(dir)).results.map(({ key }) => key)).toEqual(['a', 'b']);
    const folder = await openRunFolder(dir);
    expect([...folder.existing.keys()]).toEqual(['a', 'b']);
    expect(folder.tornBytes).toBe(length);
    folder.append(row('d'));
    await folder.close();
    expect((await readRun(dir)).results.map(({ key }) => key)).toEqual(['a', 'b', 'd']);
  }
});

test('keys that a newer version adds are kept, fields that an older one lacks are filled', async () => {
  const dir = await written([]);
  const { question: _q, evidence: _e, ...sample } = row('a').sample;
  const foreign = { ...row('a'), sample, added: { deep: 1 } };
  await appendFile(join(dir, 'results.jsonl'), `${JSON.stringify(foreign)}\n\n`);
  const [read] = (await readRun(dir)).results;
  expect(read).toMatchObject({ added: { deep: 1 }, sample: { question: null, evidence: null } });
});

test.each([
  ['no JSON', '{"v":1,'],
  ['no row', '{"v":1}'],
  ['a newer format', JSON.stringify({ ...row('a'), v: 2 })],
  ['a score over 1', JSON.stringify({ ...row('a'), score: { ...row('a').score, value: 1.5 } })],
  ['a scored row without a score', JSON.stringify({ ...row('a'), score: null })],
])('a middle line with %s names file and line', async (_what, line) => {
  const dir = await written([row('a')]);
  await appendFile(join(dir, 'results.jsonl'), `${line}\n${JSON.stringify(row('b'))}\n`);
  const place = {
    code: 'results_unusable',
    message: expect.stringContaining(`${join(dir, 'results.jsonl')}:2:`),
  };
  await expect(readRun(dir)).rejects.toMatchObject(place);
  await expect(openRunFolder(dir)).rejects.toMatchObject(place);
  // The refusal gives the folder back.
  expect(await readdir(dir)).not.toContain('.lock');
});

test('a folder that is no run says what is missing', async () => {
  await expect(readRun(freshDir())).rejects.toMatchObject({
    code: 'results_unusable',
    message: /manifest\.json/,
  });
  const dir = await written([]);
  await rm(join(dir, 'results.jsonl'));
  await expect(readRun(dir)).rejects.toMatchObject({ code: 'results_unusable', message: /results\.jsonl/ });
});

test('an output that cannot be written is known at once, with path and fix', async () => {
  const file = join(root, 'a-file');
  await writeFile(file, '');
  const unusable = { code: 'output_unusable', hint: expect.stringContaining('--out') };
  await expect(openRunFolder(file)).rejects.toMatchObject({
    ...unusable,
    message: expect.stringContaining(file),
  });
  await expect(openRunFolder(join(file, 'deeper'))).rejects.toMatchObject(unusable);
  const dir = freshDir();
  await mkdir(join(dir, 'results.jsonl'), { recursive: true });
  await expect(openRunFolder(dir)).rejects.toMatchObject(unusable);
});

test('a folder that nobody may write into is unusable', async () => {
  await expect(openRunFolder('/proc/needlescope')).rejects.toMatchObject({ code: 'output_unusable' });
});

test('results that are no regular file are refused before anything is read from them', async () => {
  const dir = freshDir();
  await mkdir(dir);
  await symlink('/dev/null', join(dir, 'results.jsonl'));
  await expect(openRunFolder(dir)).rejects.toMatchObject({
    code: 'output_unusable',
    message: /regular file/,
  });
});
