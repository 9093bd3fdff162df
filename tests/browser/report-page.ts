import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import type { Result } from '../../src/core/result.ts';
import { writeReport } from '../../src/report/write-report.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { importedRuns, mixedRun, simulatedRun } from '../report/fixture-run.ts';
import { type Browser, launchChromium, type Page } from './chromium.ts';

export const runs: readonly RunData[] = [mixedRun(), simulatedRun(), ...importedRuns()];
export const panels = runs.flatMap(panelsOf);

/** Asks again until it holds: a slow machine is no failure. */
export const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 30_000 });

export type OpenPage = (
  hash?: string,
  options?: Parameters<Browser['newPage']>[0],
  before?: string,
) => Promise<Page>;

/**
 * One report and one browser for a test file. The function returned opens a fresh page; after each test every page is
 * closed, and any console message, error, dialog or request to anywhere but the file itself fails the test.
 */
export function reportPages(): OpenPage {
  let browser: Browser;
  let folder = '';
  let address = '';
  let opened: Page[] = [];
  let complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'needlescope-page-'));
    const out = join(folder, 'report.html');
    const input = { runs, panels, generatedAt: '2026-11-02T09:30:00.000Z', toolVersion: '0.1.0' };
    await writeReport({ ...input, formats: ['html'], out });
    address = pathToFileURL(out).href;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    opened = [];
    complaints = [];
  });
  afterEach(async () => {
    for (const page of opened) await page.close();
    expect(opened.length).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  return async (hash = '', options = {}, before = '') => {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      locale: 'en-US',
      ...options,
    });
    opened.push(page);
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push('dialog');
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    await page.addInitScript(before);
    await page.goto(`${address}${hash}`);
    return page;
  };
}

/** Waits until Plotly has drawn every chart, which it does as they come into view. */
export async function untilPlotly(page: Page): Promise<void> {
  await page.locator('html[data-ready="plotly"]').waitFor({ state: 'attached' });
  for (const chart of await page.locator('.chart').all()) {
    await chart.scrollIntoViewIfNeeded();
    await eventually(() => chart.getAttribute('class')).toContain('live');
  }
}

/** The row of the measured run that holds this answer. */
export function rowOf(answer: string): Result {
  const found = runs[0]?.results.find(({ completion }) => completion?.text === answer);
  if (found === undefined) throw new Error('no such row in the fixture');
  return found;
}
