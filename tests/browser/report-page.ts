import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Panel } from '../../src/analysis/panel.ts';
import { panelsOf } from '../../src/analysis/panels.ts';
import type { Result } from '../../src/core/result.ts';
import { writeReport } from '../../src/report/write-report.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { type Browser, launchChromium, type Page } from './chromium.ts';

/** Asks again until it holds: a slow machine is no failure. */
export const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 30_000, interval: 20 });

type OpenPage = (
  hash?: string,
  options?: Parameters<Browser['newPage']>[0],
  before?: string,
) => Promise<Page>;

export interface ReportPages {
  /** Opens a page of its own, closed after the test. */
  readonly open: OpenPage;
  /** The page that all tests of the file share, opened once. */
  readonly shared: () => Page;
  readonly panels: readonly Panel[];
}

/**
 * One report and one browser for a test file. Any console message, error, dialog or request to anywhere but the file itself
 * fails the test in which it came.
 */
export function reportPages(
  runs: readonly RunData[],
  look: { readonly style?: 'article' | 'deepseek' | 'glm'; readonly assets?: boolean } = {},
): ReportPages {
  const panels = runs.flatMap(panelsOf);
  let browser: Browser;
  let folder = '';
  let address = '';
  let shared: Page | null = null;
  let opened: Page[] = [];
  let complaints: string[] = [];

  async function newPage(
    hash: string,
    options: Parameters<Browser['newPage']>[0],
    before: string,
  ): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      locale: 'en-US',
      ...options,
    });
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push('dialog');
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    if (before !== '') await page.addInitScript(before);
    await page.goto(`${address}${hash}`);
    return page;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'needlescope-page-'));
    const out = join(folder, 'report.html');
    const input = { runs, panels, generatedAt: '2026-11-02T09:30:00.000Z', toolVersion: '0.1.0' };
    const { assets, style } = look;
    await writeReport({
      ...input,
      formats: ['html'],
      out,
      ...(style === undefined ? {} : { style }),
      ...(assets === true ? { assets: join(folder, 'assets') } : {}),
    });
    address = pathToFileURL(out).href;
    browser = await launchChromium();
    shared = await newPage('', {}, '');
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const page of opened) await page.close();
    const heard = complaints;
    complaints = [];
    expect(heard).toEqual([]);
  });

  return {
    panels,
    open: async (hash = '', options = {}, before = '') => {
      const page = await newPage(hash, options, before);
      opened.push(page);
      return page;
    },
    shared: () => {
      if (shared === null) throw new Error('the page is opened before the first test');
      return shared;
    },
  };
}

/** Waits until Plotly has drawn a chart, which it does when the chart stays in view, and returns its plot area. */
export async function plotArea(
  page: Page,
  index: number,
): Promise<{ readonly x: number; readonly y: number; readonly width: number; readonly height: number }> {
  await page.locator('html[data-ready="plotly"]').waitFor({ state: 'attached' });
  const chart = page.locator('.chart').nth(index);
  await chart.scrollIntoViewIfNeeded();
  await eventually(() => chart.getAttribute('class')).toContain('live');
  const area = await chart.locator('.nsewdrag').boundingBox();
  if (area === null) throw new Error('the chart has no plot area');
  return area;
}

/** The row of a run that holds this answer. */
export function rowOf(run: RunData, answer: string): Result {
  const found = run.results.find(({ completion }) => completion?.text === answer);
  if (found === undefined) throw new Error('no such row in the fixture');
  return found;
}

/** The mean of a place from the rows alone, on no path that the report takes; null where nothing was scored. */
export function meanOf(
  results: readonly Result[],
  { model, length, depth }: { readonly model: string; readonly length: number; readonly depth: number },
): number | null {
  const scores = results.flatMap(({ cell, score }) =>
    score !== null && cell.model === model && cell.contextLength === length && cell.depth === depth
      ? [score.value]
      : [],
  );
  return scores.length === 0 ? null : scores.reduce((sum, value) => sum + value, 0) / scores.length;
}
