import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '../../../src/report/html/render-html.ts';
import { loadPageAssets } from '../../../src/report/page-assets.ts';
import { type Browser, launchChromium, type Page } from '../../browser/chromium.ts';
import { atLeast, atMost, type Figure, printFigures, told } from '../figure.ts';
import { type LargeRun, largeView } from './large-runs.ts';

// `npm run bench:report`: how large a page of 12 models × 35 × 35 is, how soon its first heatmap is seen, how soon every
// heatmap answers, and whether 100,000 cells open.

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly startedAt: number;
  /** Milliseconds that the page's main thread has worked: what a machine with other work to do does not change. */
  readonly busy: () => Promise<number>;
}

async function openPage(browser: Browser, file: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) complaints.push(request.url());
  });
  // The first frame in which the first heatmap has a size, on the page's own clock.
  await page.addInitScript(`
    const look = () => {
      const svg = document.querySelector('.chart svg');
      const box = svg === null ? null : svg.getBoundingClientRect();
      if (box !== null && box.height > 100) requestAnimationFrame(() => { window.firstHeatmap = performance.now(); });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
  const startedAt = performance.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: 'commit' });
  return { page, complaints, startedAt, busy };
}

/** Milliseconds from navigation until the last heatmap has answered a hover, a click and Enter. */
async function everyHeatmapAnswers({ page, startedAt }: Opened, charts: number): Promise<number> {
  await page.locator('html[data-answers]').waitFor({ state: 'attached' });
  // In the page itself: what the driver takes to scroll and to point is not the page's time.
  const answered = (await page.evaluate(`(async () => {
    const wait = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 4)); };
    const said = () => document.getElementById('facts')?.textContent ?? '';
    const shown = () => document.querySelector('#facts div:last-child dd')?.textContent ?? '';
    let answered = 0;
    for (const chart of document.querySelectorAll('.chart')) {
      chart.scrollIntoView({ block: 'center' });
      const svg = () => chart.querySelector('.picture svg');
      const box = () => svg().getBoundingClientRect();
      const live = () => chart.classList.contains('live');
      const at = (x, y) => {
        const b = chart.getBoundingClientRect();
        return { clientX: b.left + x, clientY: b.top + y, bubbles: true, view: window };
      };
      await wait(() => live() || chart.clientWidth === 0 || Math.abs(box().width - chart.clientWidth) < 2);
      const surface = () => (live() ? chart.querySelector('.nsewdrag') : svg());
      // Hover.
      surface().dispatchEvent(new MouseEvent('mousemove', at(120, 60)));
      await wait(() => !chart.querySelector('.tip').hidden || live());
      // Click.
      const before = shown();
      if (!live()) svg().dispatchEvent(new MouseEvent('click', at(160, 80)));
      else { chart.focus(); chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })); }
      await wait(() => shown() !== before && said() !== '');
      // Enter, a cell further.
      const clicked = shown();
      chart.focus();
      chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      await wait(() => shown() !== clicked);
      answered += 1;
    }
    return answered;
  })()`)) as number;
  if (answered !== charts) throw new Error(`expected ${charts} heatmaps, found ${answered}`);
  return performance.now() - startedAt;
}

async function measure(browser: Browser, large: LargeRun): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'needlescope-bench-report-'));
  try {
    const file = join(folder, 'report.html');
    // Bundled elsewhere than the build: it is named.
    const assets = await loadPageAssets([resolve('dist')]);
    const view = largeView(large);
    const begun = performance.now();
    writeFileSync(file, renderHtml(view, assets));
    const written = performance.now() - begun;
    const firsts: number[] = [];
    const busy: number[] = [];
    const answers: number[] = [];
    let complaints = 0;
    for (let go = 0; go < 3; go++) {
      const opened = await openPage(browser, file);
      answers.push(await everyHeatmapAnswers(opened, large.models));
      firsts.push((await opened.page.evaluate('window.firstHeatmap')) as number);
      busy.push(await opened.busy());
      await opened.page.locator('html[data-ready="plotly"]').waitFor({ state: 'attached' });
      complaints += opened.complaints.length;
      await opened.page.close();
    }
    const middle = (list: number[]): number => [...list].sort((a, b) => a - b)[1] ?? Number.NaN;
    const bytes = statSync(file).size;
    return {
      written,
      bytes,
      charts: large.models,
      busy: middle(busy),
      first: middle(firsts),
      answers: middle(answers),
      complaints,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const browser = await launchChromium();
  try {
    const usual = await measure(browser, { models: 12, lengths: 35, depths: 35 });
    const figures: Figure[] = [
      atMost('12 models × 35 × 35: size of the file', (usual['bytes'] ?? 0) / 1e6, 4, 'MB'),
      atMost('first heatmap visible after', usual['first'] ?? Number.NaN, 300, 'ms'),
      atMost(
        'every heatmap has answered hover, click and Enter after',
        (usual['answers'] ?? 0) / 1000,
        3,
        's',
      ),
      told('of which the page worked', (usual['busy'] ?? 0) / 1000, 's'),
      atMost('messages, errors and requests', usual['complaints'] ?? 1, 0),
      told('written in', (usual['written'] ?? 0) / 1000, 's'),
    ];
    let missed = printFigures('Report of 14,700 cells', figures);
    // `-- usual` leaves out the long one.
    if (process.argv[2] !== 'usual') {
      const big = await measure(browser, { models: 4, lengths: 250, depths: 100 });
      missed += printFigures('Report of 100,000 cells', [
        atLeast('heatmaps that answer', big['charts'] ?? 0, 4),
        told('size of the file', (big['bytes'] ?? 0) / 1e6, 'MB'),
        told('first heatmap visible after', big['first'] ?? Number.NaN, 'ms'),
        told('every heatmap has answered after', (big['answers'] ?? 0) / 1000, 's'),
        atMost('messages, errors and requests', big['complaints'] ?? 1, 0),
        told('written in', (big['written'] ?? 0) / 1000, 's'),
      ]);
    }
    process.exitCode = missed === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

await main();
