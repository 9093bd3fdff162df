import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { renderHtml } from '../../src/report/html/render-html.ts';
import { loadPageAssets, sharePlotly } from '../../src/report/page-assets.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { fixtureView, mixedRun } from './fixture-run.ts';

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

test('reports share one copy of Plotly, found from wherever they lie', async () => {
  const assets = join(folder, 'shared assets');
  const code = Buffer.from('window.Plotly = {};');
  const sha256 = createHash('sha256').update(code).digest('base64');
  const packed = { script: 'void 0;', plotly: { gzipBase64: gzipSync(code).toString('base64'), sha256 } };
  const name = `plotly-${Buffer.from(sha256, 'base64').toString('hex').slice(0, 16)}.js`;
  const beside = await sharePlotly(packed, { folder: assets, page: join(folder, 'one.html') });
  expect(beside).toBe(`./shared%20assets/${name}`);
  const below = await sharePlotly(packed, { folder: assets, page: join(folder, 'runs', 'a', 'report.html') });
  expect(below).toBe(`../../shared%20assets/${name}`);
  expect(await readdir(assets)).toEqual([name]);
  expect(await readFile(join(assets, name))).toEqual(code);
  const html = renderHtml(fixtureView([run]), { script: packed.script, plotly: { href: below } });
  expect(html).toContain(`data-href="${below}"`);
  expect(html).toMatch(/script-src &#39;sha256-[\w+/=]{44}&#39; &#39;self&#39; file:;/);
});

test('a folder for assets that cannot be written is said with the way out', async () => {
  await writeFile(join(folder, 'no-folder'), '');
  const packed = { script: '', plotly: { gzipBase64: gzipSync('1').toString('base64'), sha256: 'QUJD' } };
  await expect(
    sharePlotly(packed, { folder: join(folder, 'no-folder'), page: join(folder, 'one.html') }),
  ).rejects.toMatchObject({ code: 'output_unusable' });
});
