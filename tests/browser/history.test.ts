import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { historyOf } from '../../src/report/history.ts';
import { renderHistory } from '../../src/report/render-history.ts';
import { buildRun } from '../analysis/build-run.ts';
import { type Browser, launchChromium } from './chromium.ts';

let browser: Browser;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'needlescope-history-'));
  const inputs = [1, 2, 3, 4].map((day) => {
    const built = buildRun({ contextLengths: [1_000, 2_000, 4_000], outcome: () => (day < 3 ? 1 : 0) });
    const startedAt = `2026-03-0${day}T04:37:00.000Z`;
    const run = { ...built, manifest: { ...built.manifest, run: `night-${day}`, startedAt } };
    return { run, panels: panelsOf(run), link: `night-${day}/report.html` };
  });
  const generatedAt = '2026-03-09T00:00:00.000Z';
  const html = renderHistory(historyOf(inputs), { lang: 'en', generatedAt, toolVersion: '0.1.0' });
  await writeFile(join(folder, 'history.html'), html);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

test('the page changes its language, leads to the reports, and asks for nothing', async () => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().endsWith('/history.html')) complaints.push(request.url());
  });
  await page.goto(pathToFileURL(join(folder, 'history.html')).href);
  expect(await page.locator('svg .change').count()).toBe(1);
  expect(await page.locator('svg a').count()).toBe(4);
  expect(await page.textContent('h1')).toBe('Needlescope history');
  await page.click('#language');
  expect(await page.textContent('h1')).toBe('Needlescope 历史');
  expect(await page.title()).toBe('Needlescope 历史');
  expect(await page.textContent('.verdict')).toContain('自 night-3 起变化');
  await page.click('#language');
  expect(await page.textContent('h1')).toBe('Needlescope history');
  expect(complaints).toEqual([]);
});
