import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderCsv } from '../../src/report/csv.ts';
import { heatmapFigure } from '../../src/report/figure.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { lightPalette } from '../../src/report/palette.ts';
import { plotlyFigure } from '../../src/report/plotly-figure.ts';
import { buildReportView } from '../../src/report/report-view.ts';
import { renderHeatmapSvg } from '../../src/report/svg-heatmap.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { fixtureModel, fixtureRun, fixtureView } from './fixture-run.ts';

const golden = (name: string): string => join(import.meta.dirname, '..', 'golden', 'report', name);

/** Three models on small grids: simulated with a gap, measured with three trials, and one of another maker. */
const small = fixtureRun({
  run: 'small',
  models: [
    fixtureModel('known-answer/window-8k', {
      simulated: true,
      note: { en: 'Declines to answer anything.', zh: '拒绝回答任何问题。' },
    }),
    fixtureModel('tiny', { maker: 'Someone', parameters: '135M' }),
  ],
  grids: [
    { contextLengths: [4000, 16_000], depths: [0, 0.5, 1], trials: 1 },
    { contextLengths: [1024, 2000], depths: [0, 1], trials: 3 },
  ],
  came: ({ model, contextLength, depth, trial }) => {
    if (model === 'tiny') {
      if (depth === 1 && contextLength === 2000) return trial === 0 ? { failed: 'http_500' } : null;
      return {
        score: trial === 2 && depth === 0 ? 0 : 1,
        ...(trial === 2 && depth === 0 ? { flags: ['cut'] } : {}),
      };
    }
    return contextLength > 8192 ? { reason: 'overflow' } : { score: depth === 0.5 ? 0 : 1 };
  },
});
const view = fixtureView([small]);
const [simulated, measured] = view.panels;

function panel(which: typeof simulated): NonNullable<typeof simulated> {
  if (which === undefined) throw new Error('the fixture has two panels');
  return which;
}

test('Markdown', async () => {
  await expect(renderMarkdown(view)).toMatchFileSnapshot(golden('small.md'));
});

test('CSV', async () => {
  await expect(renderCsv(view)).toMatchFileSnapshot(golden('small.csv'));
});

test('terminal without and with colours', async () => {
  await expect(renderTerminal(view.panels, { color: 'none', width: 80 })).toMatchFileSnapshot(
    golden('small.txt'),
  );
  await expect(renderTerminal(view.panels, { color: 'truecolor', width: 80 })).toMatchFileSnapshot(
    golden('small.ansi.txt'),
  );
});

test('the figure, for SVG and for Plotly', async () => {
  const figure = heatmapFigure(panel(simulated));
  await expect(JSON.stringify(figure, null, 1)).toMatchFileSnapshot(golden('figure.json'));
  const hover = figure.depths.map(() => figure.lengths.map(() => ''));
  const plotly = plotlyFigure(figure, { width: 600, lang: 'en', palette: lightPalette, hover });
  await expect(JSON.stringify(plotly, null, 1)).toMatchFileSnapshot(golden('plotly.json'));
  const options = {
    width: 600,
    lang: 'zh',
    palette: lightPalette,
    alt: 'a chart',
    standalone: true,
  } as const;
  await expect(renderHeatmapSvg(heatmapFigure(panel(measured)), options)).toMatchFileSnapshot(
    golden('heatmap.svg'),
  );
});

test('JSON is the view with a word on what it is, and survives a round trip', () => {
  expect(JSON.parse(renderJson(view))).toEqual({
    ...JSON.parse(JSON.stringify(view)),
    simulated: true,
    imported: [],
  });
});

test('the view is the same whatever order its rows were finished in', () => {
  const shuffled = { ...small, results: [...small.results].reverse() };
  const again = buildReportView({
    runs: [shuffled],
    panels: view.panels,
    generatedAt: view.generatedAt,
    toolVersion: view.tool.version,
  });
  expect(new Set(again.rows.map(({ key }) => key))).toEqual(new Set(view.rows.map(({ key }) => key)));
  expect(again.rows).toHaveLength(view.rows.length);
});
