import type { Language } from '../core/language.ts';
import type { HeatmapFigure } from './figure.ts';
import { heatmapGeometry } from './heatmap-geometry.ts';
import { text } from './html/strings.ts';
import { fontStack, type HeatmapPalette } from './palette.ts';
import { markTraces, plotShapes } from './plotly-marks.ts';
import { inStyle, type ScoreScale, type StyleName, scaleTicks, styles } from './styles.ts';
import { pictureLines } from './svg-heatmap.ts';
import { watermarkPlaces, watermarkSize } from './watermark.ts';

/** What `Plotly.react` takes; plain JSON. */
export interface PlotlyFigure {
  readonly data: readonly object[];
  readonly layout: { readonly width: number; readonly height: number; readonly [key: string]: unknown };
}

export interface PlotlyFigureOptions {
  readonly width: number;
  readonly lang: Language;
  readonly palette: HeatmapPalette;
  /** Hover text by `[depth][length]`, made safe by `plotlyText`. */
  readonly hover: readonly (readonly string[])[];
  /** An exported picture carries its title, legend and source. @default false */
  readonly framed?: boolean;
  /** @default 'article' */
  readonly style?: StyleName;
  /** How scores are written; the style's own way where it is left out. */
  readonly scale?: ScoreScale;
}

/** Plotly reads `<a href>` and other tags in its texts: escaped, freed of control characters and cut to `bound`. */
export function plotlyText(value: string, bound = 300): string {
  const clean = value.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
  const cut = clean.length > bound ? `${Array.from(clean.slice(0, bound)).slice(0, -1).join('')}…` : clean;
  return cut.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** A heatmap for Plotly with the geometry, colours and marks of the SVG: categories in x, 0 % depth on top, scale fixed to 0–1. */
export function plotlyFigure(plain: HeatmapFigure, options: PlotlyFigureOptions): PlotlyFigure {
  const { width, lang, palette, framed = false, style = 'article' } = options;
  const figure = inStyle(plain, style);
  const look = styles[style];
  const scale = options.scale ?? look.scale;
  const ticks = scaleTicks(scale);
  const lines = pictureLines(figure, lang, width);
  const geometry = heatmapGeometry(figure, width, framed ? lines : null);
  const { plot, cell, fontSize, colourBar } = geometry;
  const right = width - plot.left - plot.width;
  const bottom = geometry.height - plot.top - plot.height;
  const font = { family: fontStack, size: fontSize, color: palette.soft };

  const watermark = watermarkPlaces.map(([x, y]) => ({
    text: `<b>${plotlyText(text(lang, 'simulated'))}</b>`,
    xref: 'paper',
    yref: 'paper',
    x,
    y: 1 - y,
    xanchor: 'center',
    yanchor: 'middle',
    showarrow: false,
    textangle: -14,
    font: { ...font, size: watermarkSize(geometry, lang), color: look.stamp ?? palette.stamp },
    // The word must not keep the pointer from the cells under it.
    captureevents: false,
  }));
  const line = (y: number, content: string, size: number, colour: string): object => ({
    text: plotlyText(content),
    xref: 'paper',
    yref: 'paper',
    x: (width / 2 - plot.left) / plot.width,
    y: 1 - (y - plot.top) / plot.height,
    xanchor: 'center',
    yanchor: 'middle',
    showarrow: false,
    font: { ...font, size, color: colour },
  });
  const frame =
    geometry.framed === null
      ? []
      : [
          ...geometry.framed.titleY.map((y, i) => line(y, lines.title[i] ?? '', 15, palette.ink)),
          ...geometry.framed.legendY.map((y, i) => line(y, lines.legend[i] ?? '', fontSize, palette.soft)),
          ...geometry.framed.sourceY.map((y, i) => line(y, lines.source[i] ?? '', 11, palette.soft)),
        ];
  const axis = {
    type: 'category',
    showgrid: false,
    zeroline: false,
    ticks: '',
    tickmode: 'array',
    automargin: false,
  };
  const border = { showline: true, linecolor: palette.ink, linewidth: 1, mirror: true };
  const pick = (indices: readonly number[], labels: readonly string[]): string[] =>
    indices.map((i) => labels[i] ?? '');

  return {
    data: [
      {
        type: 'heatmap',
        x: figure.xLabels,
        y: figure.yLabels,
        z: figure.z,
        zmin: 0,
        zmax: 1,
        zauto: false,
        colorscale: look.stops,
        text: options.hover,
        hovertemplate: '%{text}<extra></extra>',
        hoverongaps: true,
        colorbar: {
          x: (colourBar.left - plot.left) / plot.width,
          xpad: 0,
          ypad: 0,
          y: 0.5,
          len: plot.height,
          lenmode: 'pixels',
          thickness: colourBar.width,
          outlinewidth: 0,
          tickvals: ticks.map(([at]) => at),
          ticktext: ticks.map(([, label]) => label),
          ticks: '',
          tickfont: { ...font, size: fontSize - 1 },
          title: geometry.showYTitle
            ? { text: text(lang, scale === 'percent' ? 'score_percent' : 'score'), side: 'right', font }
            : { text: '' },
        },
      },
      ...markTraces(figure, {
        size: Math.max(5, Math.min(12, cell.width * 0.5, cell.height * 0.5)),
        palette,
        onScores: look.onScores,
      }),
    ],
    layout: {
      width,
      height: geometry.height,
      margin: { l: plot.left, r: right, t: plot.top, b: bottom, pad: 0, autoexpand: false },
      paper_bgcolor: framed ? palette.paper : 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font,
      modebar: { bgcolor: 'rgba(0,0,0,0)', color: palette.soft, activecolor: palette.ink },
      hoverlabel: {
        bgcolor: palette.paper,
        bordercolor: palette.hatch,
        align: 'left',
        font: { ...font, color: palette.ink },
      },
      xaxis: {
        ...axis,
        ...border,
        categoryorder: 'array',
        categoryarray: figure.xLabels,
        range: [-0.5, figure.lengths.length - 0.5],
        tickvals: pick(geometry.xTicks, figure.xLabels),
        ticktext: pick(geometry.xTicks, figure.xLabels),
        tickangle: geometry.turned ? -45 : 0,
        title: {
          text: plotlyText(figure.titles.x ?? text(lang, 'x_axis')),
          standoff: 8,
          font: { ...font, color: palette.ink },
        },
      },
      yaxis: {
        ticklabelstandoff: 4,
        ...axis,
        ...border,
        categoryorder: 'array',
        categoryarray: figure.yLabels,
        range: [figure.depths.length - 0.5, -0.5],
        tickvals: pick(geometry.yTicks, figure.yLabels),
        ticktext: pick(geometry.yTicks, figure.yLabels),
        title: geometry.showYTitle
          ? {
              text: plotlyText(figure.titles.y ?? text(lang, 'y_axis')),
              standoff: 8,
              font: { ...font, color: palette.ink },
            }
          : { text: '' },
      },
      annotations: [...(figure.simulated ? watermark : []), ...frame],
      shapes: plotShapes(figure, cell, { palette, grid: look.grid }),
    },
  };
}
