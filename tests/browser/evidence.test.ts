import { describe, expect, test } from 'vitest';
import { hostileAnswers } from '../report/fixture-run.ts';
import { eventually, reportPages, rowOf, runs, untilPlotly } from './report-page.ts';

const open = reportPages();

describe('evidence', () => {
  test('a click on a cell of the Plotly chart shows its answer and sets the link', async () => {
    const page = await open();
    await untilPlotly(page);
    const chart = page.locator('.chart').first();
    await chart.scrollIntoViewIfNeeded();
    const area = await chart.locator('.nsewdrag').boundingBox();
    if (area === null) throw new Error('the chart has no plot area');
    // 1K at 100 %: the first column, the last row.
    await page.mouse.click(area.x + area.width / 12, area.y + area.height * (10.5 / 11));
    const row = rowOf(hostileAnswers[10] ?? '');
    expect(await page.locator('#answer').textContent()).toBe(row.completion?.text);
    expect(page.url()).toContain(`#cell=${row.key}`);
  });

  test('where Plotly cannot be unpacked the SVG answers to hover and click', async () => {
    const page = await open('', {}, 'delete window.DecompressionStream');
    await page.locator('html[data-ready="svg"]').waitFor({ state: 'attached' });
    const chart = page.locator('.chart').first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('the chart has no box');
    await page.mouse.move(box.x + 100, box.y + 20);
    expect(await chart.locator('.tip').textContent()).toContain('Context length 1K · Depth 0 %');
    await page.mouse.click(box.x + 100, box.y + 20);
    expect(await page.locator('#answer').textContent()).toBe(hostileAnswers[0]);
  });

  test('arrow keys move, Enter opens, Escape closes and gives the focus back', async () => {
    const page = await open();
    await page.locator('html[data-ready]').waitFor({ state: 'attached' });
    await page.locator('.chart').first().focus();
    await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowDown');
    expect(await page.locator('#live').textContent()).toContain('Context length 1K · Depth 90 %');
    await page.keyboard.press('Enter');
    expect(await page.locator('#answer').textContent()).toBe(hostileAnswers[9]);
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isVisible()).toBe(false);
    expect(await page.evaluate(`document.activeElement.className`)).toContain('chart');
    expect(page.url()).not.toContain('#cell');
  });

  test('a link opens its cell on load and on change, by key or by 12 digits of it', async () => {
    const [first, second] = [rowOf(hostileAnswers[0] ?? ''), rowOf(hostileAnswers[9] ?? '')];
    const page = await open(`#cell=${first.key}`);
    await page.locator('#answer').waitFor();
    expect(await page.locator('#answer').textContent()).toBe(hostileAnswers[0]);
    await page.evaluate(`location.hash = '#cell=${second.key.slice(0, 12)}'`);
    await eventually(() => page.locator('#answer').textContent()).toBe(hostileAnswers[9]);
    expect(await page.locator('#facts').textContent()).toContain(second.key);
    await page.evaluate(`location.hash = '#cell=${'0'.repeat(64)}'`);
    await eventually(() => page.locator('#detail').textContent()).toContain(
      'No row of this report has the key',
    );
  });

  test('a failed and an unscored cell say why', async () => {
    const failed = runs[0]?.results.find(({ outcome }) => outcome === 'failed');
    const refused = runs[0]?.results.find(({ reason }) => reason === 'overflow');
    const page = await open(`#cell=${failed?.key}`);
    await eventually(() => page.locator('#detail').textContent()).toContain(
      'http_500 (HTTP 500): the server closed the connection',
    );
    await page.evaluate(`location.hash = '#cell=${refused?.key}'`);
    await eventually(() => page.locator('#facts').textContent()).toContain('not scored: length refused');
  });
});

describe('hostile answers', () => {
  test('stand as text, run nothing, load nothing', async () => {
    const page = await open();
    await page.locator('html[data-ready="plotly"]').waitFor({ state: 'attached' });
    for (const answer of hostileAnswers) {
      const { key } = rowOf(answer);
      await page.evaluate(`location.hash = '#cell=${key}'`);
      await eventually(() => page.locator('#facts').textContent()).toContain(key);
      const shown = (await page.locator('#answer').textContent()) ?? '';
      const restored = shown.replace(/‹U\+([0-9A-F]{4})›/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      expect(restored).toBe(answer.slice(0, 8000));
      expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/);
      expect(await page.locator('#answer *').count()).toBe(0);
    }
    expect(await page.locator('#detail').textContent()).not.toContain('x'.repeat(8001));
    expect(await page.locator('img, iframe, object, [onerror], [onload]').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
  });

  test('the long one is cut and its true length told', async () => {
    const page = await open(`#cell=${rowOf('x'.repeat(1_000_000)).key}`);
    await eventually(() => page.locator('#detail').textContent()).toContain('8000 of 1000000 characters');
  });

  test('hovering shows them as text, without links', async () => {
    const page = await open();
    await untilPlotly(page);
    const chart = page.locator('.chart').first();
    await chart.scrollIntoViewIfNeeded();
    const area = await chart.locator('.nsewdrag').boundingBox();
    if (area === null) throw new Error('the chart has no plot area');
    let seen = 0;
    for (let row = 0; row < 5; row++) {
      await page.mouse.move(area.x + area.width / 12, area.y + area.height * ((row + 0.5) / 11), {
        steps: 2,
      });
      const label = chart.locator('.hoverlayer .hovertext');
      await eventually(() => label.textContent()).toContain(`Depth ${row * 10} %`);
      expect(await label.textContent()).toContain((hostileAnswers[row] ?? '').slice(0, 3));
      expect(await chart.locator('.hoverlayer a, .hoverlayer img').count()).toBe(0);
      seen += 1;
    }
    expect(seen).toBe(5);
  });
});
