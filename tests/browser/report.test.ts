import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import { fixtureModel, fixtureRun, hostileAnswers, mixedRun } from '../report/fixture-run.ts';
import { eventually, meanOf, plotArea, reportPages, rowOf } from './report-page.ts';

const mixed = mixedRun();
const planted = (name: string) => fixtureModel(`known-answer/${name}`, { simulated: true });
const small = { contextLengths: [1000, 2000, 4000], depths: [0, 0.5, 1], trials: 1 };
const simulated = fixtureRun({
  run: 'planted',
  models: [planted('perfect'), planted('fades')],
  grids: [small, small],
  came: ({ model, contextLength, depth }) => ({
    score: model.endsWith('perfect') || contextLength < 4000 || depth === 1 ? 1 : 0,
  }),
});
const runs = [mixed, simulated];
const { open, shared, panels } = reportPages(runs);

const answerRow = (index: number) => rowOf(mixed, hostileAnswers[index] ?? '');
const go = (hash: string): Promise<unknown> => shared().evaluate(`location.hash = ${JSON.stringify(hash)}`);
const answer = (): Promise<string | null> => shared().locator('#answer').textContent();
const facts = (): Promise<string | null> => shared().locator('#facts').textContent();

describe('what is shown', () => {
  test('the matrix of Plotly, the table and the rows are the same, cell by cell', async () => {
    const page = shared();
    for (const index of panels.keys()) await plotArea(page, index);
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
          const mean = meanOf(results, { model: panel.model.name, length, depth });
          const shown = tables[index]?.[row]?.[column] ?? '';
          const drawn = plots[index]?.[row]?.[column];
          if (mean === null) {
            expect(drawn).toBeNull();
            expect(shown).toMatch(/^[▲▼○⊗◇×·] \w+/);
          } else {
            expect(drawn).toBeCloseTo(mean, 3);
            expect(Number.parseFloat(shown)).toBeCloseTo(mean * 100, 0);
          }
          seen += 1;
        });
      });
    });
    expect(seen).toBe(66 + 2 * 9);
    expect(await page.title()).toMatch(/^SIMULATED · /);
  });

  test('an exported picture is named SIMULATED and holds an image', async () => {
    const page = shared();
    await plotArea(page, 1);
    const chart = page.locator('.chart').nth(1);
    await chart.hover();
    const saved = page.waitForEvent('download');
    await chart.locator('.modebar-btn[data-title="PNG"]').click();
    const picture = await saved;
    expect(picture.suggestedFilename()).toMatch(/^SIMULATED-known-answer-perfect-.*\.png$/);
    const bytes = await readFile(await picture.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    // Twice 960 wide, in the header's first field.
    expect(bytes.readUInt32BE(16)).toBe(1920);
  });

  test('the difference of two models is drawn over the prompts they share', async () => {
    const page = shared();
    const host = page.locator('#difference');
    expect(await host.locator('.counts').textContent()).toBe(
      '9 pairs: 2 lower, 0 higher, 7 the same; 0 lost their score, 0 gained one.',
    );
    expect(await host.locator('svg').getAttribute('aria-label')).toMatch(/^SIMULATED\. /);
    await page.locator('#difference-base').selectOption({ index: 1 });
    expect(await host.locator('.counts').textContent()).toContain('0 lower, 2 higher');
    await page.locator('#difference-base').selectOption({ index: 0 });
  });

  test('without a script the pictures and tables are there', async () => {
    const page = await open('', { javaScriptEnabled: false });
    expect(await page.locator('.chart svg').count()).toBe(panels.length);
    await page.locator('.values summary').first().click();
    expect(await page.locator('table.scores').first().isVisible()).toBe(true);
    for (const id of ['#language', '#evidence', '#difference'])
      expect(await page.locator(id).isVisible()).toBe(false);
  });
});

describe('evidence', () => {
  test('a click on a cell of the Plotly chart shows its answer and sets the link', async () => {
    const page = shared();
    const area = await plotArea(page, 0);
    // 1K at 100 %: the first column, the last row.
    await page.mouse.click(area.x + area.width / 12, area.y + area.height * (10.5 / 11));
    const row = answerRow(10);
    await eventually(answer).toBe(row.completion?.text);
    expect(page.url()).toContain(`#cell=${row.key}`);
    expect(await page.locator('.command').textContent()).toBe(
      `needlescope show reports/nightly ${row.key.slice(0, 16)}`,
    );
    expect(await page.locator('#detail mark').first().textContent()).toMatch(/^The access code for/);
    expect(await page.locator('#detail .around').first().textContent()).toContain('The ferry left');
  });

  test('arrow keys move, Enter opens, n goes to the next miss, Escape closes and gives the focus back', async () => {
    const page = shared();
    await page.keyboard.press('Escape');
    await page.locator('.chart').nth(2).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#live').textContent()).toContain('Context length 2K · Depth 0 %');
    await page.keyboard.press('Enter');
    await eventually(facts).toContain('100 %');
    const { results } = simulated;
    const misses = results.filter(({ score }) => score?.value === 0);
    for (const { key } of misses) {
      await page.keyboard.press('n');
      await eventually(facts).toContain(key);
    }
    await page.keyboard.press('p');
    await eventually(facts).toContain(misses[0]?.key);
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isVisible()).toBe(false);
    expect(await page.evaluate(`document.activeElement.className`)).toContain('chart');
    expect(page.url()).not.toContain('#cell');
  });

  test('a link opens its cell, by key or by 12 digits of it; failed and unscored cells say why', async () => {
    await go(`#cell=${answerRow(9).key.slice(0, 12)}`);
    await eventually(answer).toBe(hostileAnswers[9]);
    expect(await facts()).toContain(answerRow(9).key);
    await go(`#cell=${'0'.repeat(64)}`);
    await eventually(() => shared().locator('#detail').textContent()).toContain(
      'No row of this report has the key',
    );
    const failed = mixed.results.find(({ outcome }) => outcome === 'failed');
    await go(`#cell=${failed?.key}`);
    await eventually(() => shared().locator('#detail').textContent()).toContain(
      'http_500 (HTTP 500): the server closed the connection',
    );
    const refused = mixed.results.find(({ reason }) => reason === 'overflow');
    await go(`#cell=${refused?.key}`);
    await eventually(facts).toContain('not scored: length refused');
    await shared().keyboard.press('Escape');
  });

  test('the list narrows by outcome and by words, and opens what is chosen', async () => {
    const page = shared();
    const found = (): Promise<string | null> => page.locator('#found').textContent();
    const total = mixed.results.length + simulated.results.length;
    await page.locator('#filter').scrollIntoViewIfNeeded();
    const below = [...mixed.results, ...simulated.results].filter(
      ({ score }) => score !== null && score.value < 1,
    );
    await eventually(found).toBe(`${below.length} of ${total}`);
    await page.locator('#filter').selectOption('filtered');
    const filtered = mixed.results.filter(({ reason }) => reason === 'filtered');
    expect(filtered.length).toBeGreaterThan(0);
    await eventually(found).toBe(`${filtered.length} of ${total}`);
    await page.locator('#filter').selectOption('all');
    await page.locator('#search').fill('HYPERLINK');
    await eventually(found).toBe(`1 of ${total}`);
    await page.locator('#rows button').click();
    await eventually(answer).toBe(hostileAnswers[6]);
    await page.keyboard.press('Escape');
    await page.locator('#search').fill('');
    await eventually(found).toBe(`${total} of ${total}`);
  });
});

describe('hostile answers', () => {
  test('stand as text, run nothing, load nothing', async () => {
    const page = shared();
    for (const hostile of hostileAnswers) {
      const { key } = rowOf(mixed, hostile);
      await go(`#cell=${key}`);
      await eventually(facts).toContain(key);
      const shown = (await answer()) ?? '';
      const restored = shown.replace(/‹U\+([0-9A-F]{4})›/g, (_all, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      expect(restored).toBe(hostile.slice(0, 8000));
      expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/);
      expect(await page.locator('#answer *').count()).toBe(0);
    }
    await go(`#cell=${rowOf(mixed, 'x'.repeat(1_000_000)).key}`);
    await eventually(() => page.locator('#detail').textContent()).toContain('8000 of 1000000 characters');
    expect(await page.locator('img, iframe, object, [onerror], [onload]').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.keyboard.press('Escape');
  });

  test('hovering shows them as text, without links', async () => {
    const page = shared();
    const area = await plotArea(page, 0);
    const label = page.locator('.chart').first().locator('.hoverlayer .hovertext');
    let seen = 0;
    for (const row of [0, 1, 2, 3]) {
      await page.mouse.move(area.x + area.width / 12, area.y + area.height * ((row + 0.5) / 11), {
        steps: 2,
      });
      await eventually(() => label.textContent()).toContain(`Depth ${row * 10} %`);
      expect(await label.textContent()).toContain((hostileAnswers[row] ?? '').slice(0, 3));
      expect(await page.locator('.hoverlayer a, .hoverlayer img').count()).toBe(0);
      seen += 1;
    }
    expect(seen).toBe(4);
  });
});

describe('the reader chooses', () => {
  test('Chinese and back, in page, charts, pane and title', async () => {
    const page = shared();
    await go(`#cell=${answerRow(9).key}`);
    await plotArea(page, 0);
    const words = (): Promise<string[]> =>
      page.locator('.summary, .provenance, figcaption, .trends, .pick').allTextContents();
    const xTitle = (): Promise<string | null> =>
      page.locator('.chart').first().locator('.xtitle').textContent();
    const english = await words();
    await page.locator('#language').click();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await page.locator('h1').textContent()).toBe('Needlescope 报告');
    expect(await page.locator('#detail').textContent()).toContain('埋入的句子及其上下文');
    expect(await page.title()).toContain('SIMULATED 模拟');
    await eventually(xTitle).toBe('上下文长度（词元）');
    await page.locator('#language').click();
    await eventually(xTitle).toBe('Context length (tokens)');
    expect(await words()).toEqual(english);
  });

  test('a style brings its colours and its scale, which can be changed back', async () => {
    const page = shared();
    await plotArea(page, 0);
    const bar = (): Promise<unknown> =>
      page.evaluate(`document.querySelector('.plot').data[0].colorbar.ticktext.join(' ')`);
    await page.locator('#style').selectOption('glm');
    await eventually(bar).toBe('1 2 3 4 5 6 7 8 9 10');
    expect(await page.evaluate(`document.querySelector('.plot').data[0].colorscale[2][1]`)).toBe('#7BD3A0');
    expect(await facts()).toContain('10 / 10');
    await page.locator('#scale').selectOption('percent');
    await eventually(bar).toBe('0 25 50 75 100');
    await page.locator('#style').selectOption('article');
    await eventually(() => page.evaluate(`document.querySelector('.plot').data[0].colorscale[2][1]`)).toBe(
      '#0CD79F',
    );
    await page.keyboard.press('Escape');
  });

  test('a Chinese browser gets Chinese at once; dark by the system, and by the switch', async () => {
    const page = await open('', { locale: 'zh-CN', colorScheme: 'dark' });
    await eventually(() => page.locator('h1').textContent()).toBe('Needlescope 报告');
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.locator('html[data-answers]').waitFor({ state: 'attached' });
    const dark = await ground();
    await page.locator('#theme').click();
    expect(await ground()).not.toBe(dark);
    await page.locator('#theme').click();
    expect(await ground()).toBe(dark);
  });
});

test('axe finds no serious fault, light and dark, with the evidence open', async () => {
  const page = shared();
  await page.evaluate(axe.source);
  await go(`#cell=${answerRow(9).key}`);
  await eventually(answer).toBe(hostileAnswers[9]);
  let passes = 0;
  for (const [colorScheme, rules] of [
    ['light', ''],
    // The dark changes colours only.
    ['dark', `runOnly: ['color-contrast'],`],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    const found = (await page.evaluate(
      `axe.run(document, { ${rules} resultTypes: ['violations', 'passes'] }).then(({ violations, passes }) => ({
        passes: passes.length,
        violations: violations.flatMap(({ id, impact, nodes }) => nodes.map(({ target, failureSummary }) => [impact, id, target.join(' '), failureSummary].join(' | '))),
      }))`,
    )) as { readonly passes: number; readonly violations: readonly string[] };
    passes += found.passes;
    expect(found.violations.filter((line) => /^(serious|critical)/.test(line))).toEqual([]);
  }
  expect(passes).toBeGreaterThan(30);
});
