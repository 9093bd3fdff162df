import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { loadPageAssets } from '../../src/report/page-assets.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { mixedRun } from './fixture-run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'needlescope-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = mixedRun();
const input = {
  runs: [run],
  panels: panelsOf(run),
  generatedAt: '2026-11-02T09:30:00.000Z',
  toolVersion: '0.1.0',
};

test('each format gets its own ending beside the file asked for, and no unfinished file stays', async () => {
  const out = join(folder, 'deep', 'report.html');
  const paths = await writeReport({ ...input, formats: ['md', 'csv', 'json'], out });
  expect(paths).toEqual(['md', 'csv', 'json'].map((ending) => join(folder, 'deep', `report.${ending}`)));
  expect(await readdir(join(folder, 'deep'))).toHaveLength(3);
  expect(await readFile(paths[0] ?? '', 'utf8')).toContain('# Needlescope report');
});

test('one format is written to exactly the file asked for', async () => {
  const out = join(folder, 'table.txt');
  expect(await writeReport({ ...input, formats: ['md'], out })).toEqual([out]);
});

test('a place that cannot be written is said with the way out', async () => {
  await writeFile(join(folder, 'file'), '');
  const attempt = writeReport({ ...input, formats: ['md'], out: join(folder, 'file', 'report.md') });
  await expect(attempt).rejects.toThrow(NeedlescopeError);
  await expect(attempt).rejects.toMatchObject({ code: 'output_unusable' });
});

test('without a build the page says what to run', async () => {
  await expect(loadPageAssets([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'input_unusable' });
});
