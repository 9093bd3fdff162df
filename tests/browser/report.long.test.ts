import { describe, expect, test } from 'vitest';
import { hostileAnswers, importedRuns, mixedRun, simulatedRun } from '../report/fixture-run.ts';
import { eventually, meanOf, plotArea, reportPages, rowOf } from './report-page.ts';

const mixed = mixedRun();
const runs = [mixed, simulatedRun(), ...importedRuns()];

describe('the article beside its charts', () => {
  const { open, panels } = reportPages(runs);

  test('every matrix of Plotly is that of the rows', async () => {
    const page = await open();
    let seen = 0;
    for (const [index, panel] of panels.entries()) {
      await plotArea(page, index);
      const z = (await page.evaluate(
        `document.querySelectorAll('.plot')[${index}].data[0].z.map((row) => [...row])`,
      )) as (number | null)[][];
      const results = runs.find(({ manifest }) => manifest.run === panel.run)?.results ?? [];
      panel.grid.depths.forEach((depth, row) => {
        panel.grid.contextLengths.forEach((length, column) => {
          const mean = meanOf(results, { model: panel.model.name, length, depth });
          if (mean === null) expect(z[row]?.[column]).toBeNull();
          else expect(z[row]?.[column]).toBeCloseTo(mean, 3);
          seen += 1;
        });
      });
    }
    expect(seen).toBe(66 + 6 * 144);
  });

  test.each([390, 768, 1280, 1920])(
    'nothing is wider than a window of %d, in both languages',
    async (width) => {
      for (const locale of ['en-US', 'zh-CN']) {
        const page = await open('', { viewport: { width, height: 900 }, locale });
        await plotArea(page, 0);
        expect(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
        ).toBe(0);
        // Words of one box that run over the next: nothing wider than the card it stands in, but for what scrolls.
        const spilt = (await page.evaluate(
          `[...document.querySelectorAll('main h3, main p, main td, main li, main dd, .top *, figcaption *')]
          .filter((node) => node.closest('.scroll, .rows, .sr, details:not([open])') === null)
          .filter((node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.right > innerWidth + 1; })
          .map((node) => node.textContent.slice(0, 60))`,
        )) as string[];
        expect(spilt).toEqual([]);
      }
    },
  );

  test('where Plotly is not there the SVG answers to hover and click', async () => {
    const page = await open(
      '',
      {},
      `addEventListener('DOMContentLoaded', () => document.getElementById('plotly').remove())`,
    );
    await page.locator('html[data-ready="svg"]').waitFor({ state: 'attached' });
    const chart = page.locator('.chart').first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart has no box');
    await page.mouse.move(box.x + 100, box.y + 20);
    await eventually(() => chart.locator('.tip').textContent()).toContain('Context length 1K · Depth 0 %');
    await page.mouse.click(box.x + 100, box.y + 20);
    await eventually(() => page.locator('#answer').textContent()).toBe(hostileAnswers[0]);
  });

  test('a browser that cannot unpack says so and keeps pictures and tables', async () => {
    const page = await open('', {}, 'delete window.DecompressionStream');
    await eventually(() => page.locator('#too-old').textContent()).toContain('too old to unpack');
    expect(await page.locator('.chart svg').first().isVisible()).toBe(true);
  });

  test('a link opens its cell on load', async () => {
    const row = rowOf(mixed, hostileAnswers[0] ?? '');
    const page = await open(`#cell=${row.key}`);
    await eventually(() => page.locator('#answer').textContent()).toBe(hostileAnswers[0]);
  });

  test('on paper the pictures stand and the controls do not', async () => {
    const page = await open();
    await plotArea(page, 0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.chart .picture svg').first().isVisible()).toBe(true);
    expect(await page.locator('.chart .plot').first().isVisible()).toBe(false);
    for (const selector of ['.switches', '#evidence', '#detail'])
      expect(await page.locator(selector).isVisible()).toBe(false);
  });
});

describe('with shared assets', () => {
  const { shared } = reportPages([mixed], { assets: true, style: 'deepseek' });

  test('Plotly comes from the folder beside the page', async () => {
    const page = shared();
    await plotArea(page, 0);
    expect(await page.locator('#plotly').getAttribute('data-href')).toMatch(
      /^\.\/assets\/plotly-[0-9a-f]{16}\.js$/,
    );
    expect((await page.content()).length).toBeLessThan(700_000);
    expect(await page.locator('#style').inputValue()).toBe('deepseek');
    expect(await page.locator('#scale').inputValue()).toBe('ten');
  });
});
