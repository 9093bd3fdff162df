import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { hostileAnswers } from '../report/fixture-run.ts';
import { eventually, panels, reportPages, rowOf, runs, untilPlotly } from './report-page.ts';

const open = reportPages();

/** The mean of a place from the rows alone, on no path that the report takes. */
function meanOf(
  results: readonly Result[],
  model: string,
  contextLength: number,
  depth: number,
): number | null {
  const scores = results.flatMap(({ cell, score }) =>
    score !== null && cell.model === model && cell.contextLength === contextLength && cell.depth === depth
      ? [score.value]
      : [],
  );
  return scores.length === 0 ? null : scores.reduce((sum, value) => sum + value, 0) / scores.length;
}

describe('what is shown', () => {
  test('the matrix of Plotly, the table and the rows are the same, cell by cell', async () => {
    const page = await open();
    await untilPlotly(page);
    const plots = (await page.evaluate(
      `[...document.querySelectorAll('.plot')].map((plot) => plot.data[0].z.map((row) => [...row]))`,
    )) as (number | null)[][][];
    const tables = (await page.evaluate(
      `[...document.querySelectorAll('table.scores')].map((table) => [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.textContent)))`,
    )) as string[][][];
    let seen = 0;
    panels.forEach((panel, index) => {
      const results = runs.find(({ manifest }) => manifest.run === panel.run)?.results ?? [];
      panel.grid.depths.forEach((depth, row) => {
        panel.grid.contextLengths.forEach((length, column) => {
          const mean = meanOf(results, panel.model.name, length, depth);
          const shown = tables[index]?.[row]?.[column] ?? '';
          if (mean === null) {
            expect(plots[index]?.[row]?.[column]).toBeNull();
            expect(shown).toMatch(/^[▲▼○⊗◇×·] \w+/);
          } else {
            expect(plots[index]?.[row]?.[column]).toBeCloseTo(mean, 3);
            expect(Number.parseFloat(shown)).toBeCloseTo(mean * 100, 0);
          }
          seen += 1;
        });
      });
    });
    expect(seen).toBe(66 + 6 * 144);
    expect(await page.title()).toMatch(/^SIMULATED · /);
  });

  test('without a script the pictures and tables are there', async () => {
    const page = await open('', { javaScriptEnabled: false });
    expect(await page.locator('.chart svg').count()).toBe(panels.length);
    await page.locator('summary').first().click();
    expect(await page.locator('table.scores').first().isVisible()).toBe(true);
    expect(await page.locator('#language').isVisible()).toBe(false);
  });

  test('nothing is wider than the window at any width', async () => {
    for (const width of [390, 1280, 1920]) {
      const page = await open('', { viewport: { width, height: 900 } });
      await untilPlotly(page);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
      ).toBe(0);
    }
  });

  test('an exported picture is named SIMULATED and holds an image', async () => {
    const page = await open();
    await untilPlotly(page);
    const chart = page.locator('.chart').nth(1);
    await chart.hover();
    const saved = page.waitForEvent('download');
    await chart.locator('.modebar-btn[data-title="PNG"]').click();
    const picture = await saved;
    expect(picture.suggestedFilename()).toMatch(/^SIMULATED-known-answer-perfect-1m-.*\.png$/);
    const bytes = await readFile(await picture.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    // Twice 960 wide, in the header's first field.
    expect(bytes.readUInt32BE(16)).toBe(1920);
  });
});

describe('the reader chooses', () => {
  test('Chinese and back, in page, charts, pane and title', async () => {
    const page = await open(`#cell=${rowOf(hostileAnswers[9] ?? '').key}`);
    await untilPlotly(page);
    const words = (): Promise<string[]> =>
      page.locator('.summary, .provenance, figcaption').allTextContents();
    const english = await words();
    await page.locator('#language').click();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('h1').textContent()).toBe('Needlescope 报告');
    expect(await page.locator('#detail').textContent()).toContain('埋入的句子及其上下文');
    expect(await page.title()).toContain('SIMULATED 模拟');
    await eventually(() => page.locator('.chart').first().locator('.xtitle').textContent()).toBe(
      '上下文长度（词元）',
    );
    await page.locator('#language').click();
    await eventually(() => page.locator('.chart').first().locator('.xtitle').textContent()).toBe(
      'Context length (tokens)',
    );
    expect(await words()).toEqual(english);
  });

  test('a Chinese browser gets Chinese at once', async () => {
    const page = await open('', { locale: 'zh-CN' });
    await eventually(() => page.locator('h1').textContent()).toBe('Needlescope 报告');
  });

  test('dark by the system, and by the switch', async () => {
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const page = await open('', { colorScheme: 'dark' });
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    const dark = await ground();
    await page.locator('#theme').click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.locator('#theme').click();
    expect(await ground()).toBe(dark);
  });
});
