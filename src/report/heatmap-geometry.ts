import type { HeatmapFigure } from './figure.ts';

/** Where everything of a heatmap lies, in pixels. The SVG and Plotly use the same one, so nothing jumps when one replaces the other. */
export interface HeatmapGeometry {
  readonly width: number;
  readonly height: number;
  /** The plot area without labels. */
  readonly plot: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly cell: { readonly width: number; readonly height: number };
  readonly fontSize: number;
  /** Whether the x labels are turned by 45 degrees. */
  readonly turned: boolean;
  /** Indices of the columns and rows that carry a label. */
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly colourBar: { readonly left: number; readonly width: number };
  /** Baseline of the x axis title. */
  readonly xTitleY: number;
  readonly showYTitle: boolean;
  /** Baselines of title, legend lines and source line; null in a page, which prints them itself. */
  readonly framed: {
    readonly titleY: readonly number[];
    readonly legendY: readonly number[];
    readonly sourceY: readonly number[];
  } | null;
}

/** What stands around the plot of a picture of its own, a text a line. */
export interface PictureLines {
  readonly title: readonly string[];
  readonly legend: readonly string[];
  readonly source: readonly string[];
}

/** Every `step`-th index, so that labels of `size` pixels do not touch on places of `place` pixels. */
function ticks(count: number, place: number, size: number): number[] {
  const step = Math.max(1, Math.ceil(size / place));
  return Array.from({ length: count }, (_, i) => i).filter((i) => i % step === 0);
}

const widest = (labels: readonly string[]): number => Math.max(1, ...labels.map((label) => label.length));

/**
 * The geometry of a figure for a width in pixels (from 240 up). A picture of its own gives the lines it carries.
 */
export function heatmapGeometry(
  figure: HeatmapFigure,
  width: number,
  lines: PictureLines | null = null,
): HeatmapGeometry {
  const framed = lines !== null;
  const narrow = width < 520;
  const fontSize = narrow ? 11 : 12;
  const charWidth = fontSize * 0.6;
  const columns = Math.max(1, figure.xLabels.length);
  const rows = Math.max(1, figure.yLabels.length);
  const showYTitle = !narrow;

  const left = Math.round(widest(figure.yLabels) * charWidth + 10 + (showYTitle ? 24 : 2));
  const right = narrow ? 50 : 66;
  const top = framed ? 28 + lines.title.length * 20 : 8;
  const plotWidth = Math.max(80, width - left - right);
  const cellWidth = plotWidth / columns;
  const rowHeight = rows > 24 ? 12 : Math.min(30, Math.max(18, Math.round(width / 26)));
  const plotHeight = Math.min(520, Math.max(150, rows * rowHeight));

  const labelWidth = widest(figure.xLabels) * charWidth;
  const turned = labelWidth + 8 > cellWidth && columns > 1;
  const labelHeight = turned ? Math.ceil(labelWidth * 0.71 + fontSize) : fontSize + 4;
  const xTitleY = top + plotHeight + 8 + labelHeight + fontSize + 4;
  const legendY = (lines?.legend ?? []).map((_, i) => xTitleY + 14 + (i + 1) * (fontSize + 6));
  const sourceY = (lines?.source ?? []).map(
    (_, i) => (legendY.at(-1) ?? xTitleY + 8) + fontSize + 8 + i * 15,
  );

  return {
    width,
    height: (sourceY.at(-1) ?? xTitleY) + 8,
    plot: { left, top, width: plotWidth, height: plotHeight },
    cell: { width: cellWidth, height: plotHeight / rows },
    fontSize,
    turned,
    xTicks: ticks(columns, cellWidth, turned ? fontSize + 5 : labelWidth + 6),
    yTicks: ticks(rows, plotHeight / rows, fontSize + 2),
    colourBar: { left: left + plotWidth + 10, width: narrow ? 8 : 12 },
    xTitleY,
    showYTitle,
    framed: framed ? { titleY: lines.title.map((_, i) => 26 + i * 20), legendY, sourceY } : null,
  };
}
