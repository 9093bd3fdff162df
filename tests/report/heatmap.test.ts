import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { depthLabels } from '../../src/report/axis-labels.ts';
import { scoreColour } from '../../src/report/colours.ts';
import { heatmapFigure } from '../../src/report/figure.ts';
import { heatmapGeometry } from '../../src/report/heatmap-geometry.ts';
import { lightPalette, pagePalette } from '../../src/report/palette.ts';
import { plotlyFigure, plotlyText } from '../../src/report/plotly-figure.ts';
import { renderHeatmapSvg } from '../../src/report/svg-heatmap.ts';
import { importedRuns, mixedRun, simulatedRun } from './fixture-run.ts';

const figures = [simulatedRun(), mixedRun(), ...importedRuns()].flatMap(panelsOf).map(heatmapFigure);

/** The colour under a point of the picture, or null where no scored rectangle lies. */
function colourAt(svg: string, x: number, y: number): string | null {
  for (const [, colour, d] of svg.matchAll(/<path fill="(#[0-9a-f]{6})" d="([^"]+)"/g)) {
    for (const [, left, top, width, height] of (d ?? '').matchAll(/M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)/g)) {
      const [l, t, w, h] = [Number(left), Number(top), Number(width), Number(height)];
      if (x > l && x < l + w && y > t && y < t + h) return colour ?? null;
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
    const geometry = heatmapGeometry(figure, 700);
    const svg = renderHeatmapSvg(figure, { width: 700, lang: 'en', palette: pagePalette, alt: '' });
    const { plot, cell } = geometry;
    let seen = 0;
    figure.z.forEach((row, depth) => {
      row.forEach((score, length) => {
        const x = plot.left + (length + 0.5) * cell.width;
        const y = plot.top + (depth + 0.5) * cell.height;
        expect(colourAt(svg, x, y)).toBe(score === null ? null : scoreColour(score));
        seen += 1;
      });
    });
    expect(seen).toBe(figure.depths.length * figure.lengths.length);
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
