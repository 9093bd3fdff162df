import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importResults } from '../../src/interop/import-results.ts';
import { writeImported } from '../../src/interop/write-imported.ts';
import { readRun } from '../../src/results/read-run.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'needlescope-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

const published = join(import.meta.dirname, '..', 'golden', 'published');
const options = {
  from: 'auto',
  model: null,
  source: null,
  runName: 'gpt4',
  importedAt: '2025-01-01T00:00:00.000Z',
  toolVersion: '0.1.0',
} as const;
const at = (...names: readonly string[]): { readonly named: string; readonly path: string } => ({
  named: names.at(-1) ?? '',
  path: join(...names),
});
const arrays = ['OpenAI_OriginalResults.json', 'OpenAI_OriginalResults_2.json'].map((name) =>
  at(published, name),
);

test('files become a run folder that reads back as it was made, and nothing else lies beside it', async () => {
  const run = await importResults({ ...options, paths: arrays });
  const dir = join(folder, 'deep', 'gpt4');
  await writeImported(dir, run);
  expect(await readRun(dir)).toEqual({ dir, manifest: run.manifest, results: run.results });
  expect(await readdir(join(folder, 'deep'))).toEqual(['gpt4']);
});

test('a file named twice, or through a link, counts once', async () => {
  const [first] = arrays as [ReturnType<typeof at>];
  await symlink(first.path, join(folder, 'OpenAI_OriginalResults.json'));
  const run = await importResults({
    ...options,
    paths: [first, first, at(folder, 'OpenAI_OriginalResults.json')],
  });
  expect(run.results).toHaveLength(225);
});

test('a folder gives its files of the format, at any depth, in the order of their names', async () => {
  const pred = join(folder, 'qwen2-7b', 'synthetic', '4096', 'pred');
  await mkdir(pred, { recursive: true });
  const line = `${JSON.stringify({ pred: '7', outputs: ['7'], length: 4000 })}\n`;
  await writeFile(join(pred, 'niah_single_2.jsonl'), line);
  await writeFile(join(pred, 'niah_single_1.jsonl'), line);
  await writeFile(join(pred, 'summary.csv'), '0,1\n');
  await writeFile(join(pred, '.hidden.jsonl'), 'x');
  const run = await importResults({ ...options, from: 'ruler', paths: [{ named: 'preds', path: folder }] });
  expect(run.results.map(({ cell }) => [cell.model, cell.task])).toEqual([
    ['qwen2-7b', 'niah_single_1'],
    ['qwen2-7b', 'niah_single_2'],
  ]);
  const auto = importResults({ ...options, paths: [{ named: 'preds', path: folder }] });
  await expect(auto).rejects.toThrow(/summary\.csv: expected one of/);
});

test('a record longer than what recognises it: a prediction with its input stored before the outputs', async () => {
  const pred = join(folder, 'm', 'synthetic', '131072', 'pred');
  await mkdir(pred, { recursive: true });
  const input = `${'针 '.repeat(60_000)}42${'x '.repeat(60_000)}`;
  await writeFile(
    join(pred, 'niah_single_1.jsonl'),
    `${JSON.stringify({ index: 0, pred: '42', input, outputs: ['42'] })}\n`,
  );
  const named = await importResults({ ...options, paths: [at(folder, 'm')] });
  expect(
    named.results.map(({ cell, score }) => [cell.model, cell.contextLength, cell.depth, score?.value]),
  ).toEqual([['m', 131_072, 0.5, 1]]);
});

describe('what cannot be read is named', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['nothing there', async () => 'gone.json', /gone\.json: expected a file or folder/],
    ['an empty folder', async () => '', /expected files ending in/],
    [
      'other bytes',
      async () => {
        await writeFile(join(folder, 'b.json'), Buffer.from([0x5b, 0xff, 0xfe]));
        return 'b.json';
      },
      /b\.json: expected UTF-8 text/,
    ],
  ])('%s', async (_, make, message) => {
    const name = await make();
    const attempt = importResults({ ...options, paths: [at(folder, name)] });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toMatchObject({ code: 'input_unusable' });
  });
});

describe('a folder that is not new', () => {
  test('is left as it is when something lies in it', async () => {
    const run = await importResults({ ...options, paths: arrays });
    const dir = join(folder, 'used');
    await mkdir(dir);
    await writeFile(join(dir, 'notes.txt'), 'mine');
    await expect(writeImported(dir, run)).rejects.toMatchObject({ code: 'output_unusable' });
    expect(await readdir(folder)).toEqual(['used']);
    expect(await readdir(dir)).toEqual(['notes.txt']);
  });

  test('is taken when it is empty; a file in its place is not', async () => {
    const run = await importResults({ ...options, paths: arrays });
    await mkdir(join(folder, 'empty'));
    await writeImported(join(folder, 'empty'), run);
    expect((await readdir(join(folder, 'empty'))).sort()).toEqual(['manifest.json', 'results.jsonl']);
    await writeFile(join(folder, 'file'), '');
    await expect(writeImported(join(folder, 'file'), run)).rejects.toMatchObject({ code: 'output_unusable' });
    await expect(writeImported(join(folder, 'file', 'inside'), run)).rejects.toMatchObject({
      code: 'output_unusable',
    });
    expect((await readdir(folder)).sort()).toEqual(['empty', 'file']);
  });
});
