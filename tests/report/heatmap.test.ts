import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { depthLabels } from '../../src/report/axis-labels.ts';
import { scoreColour } from '../../src/report/colours.ts';
import { heatmapFigure } from '../../src/report/figure.ts';
import { heatmapGeometry } from '../../src/report/heatmap-geometry.ts';
import { lightPalette, pagePalette } from '../../src/report/palette.ts';
import { plotlyFigure, plotlyText } from '../../src/report/plotly-figure.ts';
import { inStyle, scaleTicks, scoreNumber, styleNames } from '../../src/report/styles.ts';
import { renderHeatmapSvg } from '../../src/report/svg-heatmap.ts';
import { num } from '../../src/report/svg-number.ts';
import { importedRuns, mixedRun, simulatedRun } from './fixture-run.ts';

const figures = [simulatedRun(), mixedRun(), ...importedRuns()]
  .flatMap(panelsOf)
  .map((panel) => heatmapFigure(panel));

/** The colour of a cell in the picture, or null where no scored rectangle lies; rectangles are in units of a cell. */
function colourAt(svg: string, length: number, depth: number): string | null {
  const [x, y] = [length + 0.5, depth + 0.5];
  for (const [, colour, d] of svg.matchAll(/<path fill="(#[0-9a-f]{6})" d="([^"]+)"/g)) {
    for (const [, left, top, width] of (d ?? '').matchAll(/M(\d+),(\d+)h(\d+)v1/g)) {
      const [l, t, w] = [Number(left), Number(top), Number(width)];
      if (x > l && x < l + w && y > t && y < t + 1) return colour ?? null;
    }
  }
  return null;
}

test('the colours are those of the published charts at 0, half and 1, and anything between lies between', () => {
  expect([0, 0.5, 1].map((score) => scoreColour(score))).toEqual(['#f0496e', '#ebb839', '#0cd79f']);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
      expect(scoreColour(score)).toMatch(/^#[0-9a-f]{6}$/);
    }),
  );
});

test('twelve even depths read as in the published charts; 2.5 % is not called 3', () => {
  const twelve = Array.from({ length: 12 }, (_, i) => i / 11);
  expect(depthLabels(twelve)).toEqual([
    '0',
    '9',
    '18',
    '27',
    '36',
    '45',
    '55',
    '64',
    '73',
    '82',
    '91',
    '100',
  ]);
  expect(depthLabels([0, 0.025, 0.05])).toEqual(['0', '2.5', '5']);
  expect(depthLabels([0.9338, 0.9339])).toEqual(['93.38', '93.39']);
});

describe.each(figures.map((figure) => [figure.id, figure] as const))('%s', (_id, figure) => {
  test('every place of the SVG has the colour of its score, and a place without one has none', () => {
    for (const style of styleNames) {
      const svg = renderHeatmapSvg(figure, { width: 700, lang: 'en', palette: pagePalette, alt: '', style });
      let seen = 0;
      figure.z.forEach((row, depth) => {
        row.forEach((score, length) => {
          expect(colourAt(svg, length, depth)).toBe(score === null ? null : scoreColour(score, style));
          seen += 1;
        });
      });
      expect(seen).toBe(figure.depths.length * figure.lengths.length);
      const { plot, cell } = heatmapGeometry(inStyle(figure, style), 700);
      expect(svg).toContain(`translate(${num(plot.left)} ${num(plot.top)}) scale(${num(cell.width, 5)}`);
    }
  });

  test('Plotly gets the same matrix, categories in x, 0 % on top and a fixed scale', () => {
    const hover = figure.depths.map(() => figure.lengths.map(() => ''));
    const { data, layout } = plotlyFigure(figure, { width: 700, lang: 'en', palette: lightPalette, hover });
    expect(data[0]).toMatchObject({ type: 'heatmap', z: figure.z, zmin: 0, zmax: 1, x: figure.xLabels });
    expect(layout['xaxis']).toMatchObject({ type: 'category', categoryarray: figure.xLabels });
    expect(layout['yaxis']).toMatchObject({ type: 'category', range: [figure.depths.length - 0.5, -0.5] });
  });

  test('SIMULATED stands in every picture of a simulated model and in no other', () => {
    const hover = figure.depths.map(() => figure.lengths.map(() => ''));
    for (const lang of ['en', 'zh'] as const) {
      const svg = renderHeatmapSvg(figure, {
        width: 390,
        lang,
        palette: lightPalette,
        alt: '',
        standalone: true,
      });
      for (const framed of [true, false]) {
        const plotly = plotlyFigure(figure, { width: 900, lang, palette: lightPalette, hover, framed });
        const stamps = JSON.stringify(plotly.layout['annotations']).match(/SIMULATED/g) ?? [];
        expect(stamps.length >= 3).toBe(figure.simulated);
      }
      expect(svg.includes('SIMULATED')).toBe(figure.simulated);
    }
  });

  test('labels do not touch and nothing lies outside the picture, from a phone to a wide screen', () => {
    for (const width of [300, 350, 560, 1100]) {
      const { plot, colourBar, cell, xTicks, turned, fontSize, height } = heatmapGeometry(figure, width);
      const gap = cell.width * ((xTicks[1] ?? 1) - (xTicks[0] ?? 0));
      const widest = Math.max(...figure.xLabels.map((label) => label.length)) * fontSize * 0.6;
      expect(gap).toBeGreaterThan(turned ? fontSize : widest);
      expect(colourBar.left + colourBar.width).toBeLessThan(width);
      expect(plot.top + plot.height).toBeLessThan(height);
    }
  });
});

test("Plotly's text is escaped, cut to 300 and free of control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (value) => {
      const safe = plotlyText(value);
      expect(safe).not.toMatch(/[<>\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      const plain = safe.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
      expect(plain.length).toBeLessThanOrEqual(301);
    }),
  );
  expect(plotlyText('<a href="x">y</a> & z')).toBe('&lt;a href="x"&gt;y&lt;/a&gt; &amp; z');
});

test('a score reads the same on either scale: 1 to 10 is where the published charts have it', () => {
  expect([0, 2 / 9, 2 / 3, 1].map((score) => scoreNumber(score, 'ten'))).toEqual(['1', '3', '7', '10']);
  expect(scoreNumber(2 / 3, 'percent')).toBe('66.7');
  expect(scaleTicks('ten').map(([, label]) => label)).toEqual('1 2 3 4 5 6 7 8 9 10'.split(' '));
});
