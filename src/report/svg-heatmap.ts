import type { Language } from '../core/language.ts';
import { chartTitle, legendLines, sourceLine, titleLines } from './captions.ts';
import { type ColourStops, stopColour } from './colours.ts';
import type { HeatmapFigure } from './figure.ts';
import { type HeatmapGeometry, heatmapGeometry, type PictureLines } from './heatmap-geometry.ts';
import { escapeHtml } from './html/escape.ts';
import { text } from './html/strings.ts';
import { fontStack, type HeatmapPalette } from './palette.ts';
import { type ChartStyle, inStyle, type ScoreScale, type StyleName, scaleTicks, styles } from './styles.ts';
import { svgMarks } from './svg-marks.ts';
import { num } from './svg-number.ts';
import { watermarkPlaces, watermarkSize } from './watermark.ts';

export interface HeatmapSvgOptions {
  readonly width: number;
  readonly lang: Language;
  readonly palette: HeatmapPalette;
  /** The text for those who cannot see the picture. */
  readonly alt: string;
  /** A file of its own carries its title, legend and source inside the picture. @default false */
  readonly standalone?: boolean;
  /** @default 'article' */
  readonly style?: StyleName;
  /** How scores are written; the style's own way where it is left out. */
  readonly scale?: ScoreScale;
}

/**
 * Scored places as one path a colour, in units of a cell: runs of equal colour in a row are one rectangle, so big grids
 * stay small.
 */
function scoredPaths(figure: HeatmapFigure, stops: ColourStops): string {
  const paths = new Map<string, string>();
  figure.z.forEach((row, depth) => {
    let start = 0;
    for (let length = 0; length <= row.length; length++) {
      const here = row[start] ?? null;
      const next = row[length] ?? null;
      const colour = here === null ? null : stopColour(here, stops);
      if (length < row.length && (next === null ? null : stopColour(next, stops)) === colour) continue;
      if (colour !== null) {
        const box = `M${start},${depth}h${length - start}v1H${start}Z`;
        paths.set(colour, (paths.get(colour) ?? '') + box);
      }
      start = length;
    }
  });
  return [...paths].map(([colour, d]) => `<path fill="${colour}" d="${d}"/>`).join('');
}

/** Dotted lines between the cells, as in the published charts. */
function gridLines(figure: HeatmapFigure, { plot, cell }: HeatmapGeometry): string {
  let d = '';
  for (let i = 1; i < figure.lengths.length; i++)
    d += `M${num(plot.left + i * cell.width)},${plot.top}v${num(plot.height)}`;
  for (let i = 1; i < figure.depths.length; i++)
    d += `M${plot.left},${num(plot.top + i * cell.height)}h${num(plot.width)}`;
  return `<path d="${d}" fill="none" stroke="#000" stroke-opacity=".28" stroke-width=".7" stroke-dasharray="1.2 2.6"/>`;
}

/** SIMULATED across the plot, three times on the diagonal: no cut-out of the picture is free of it. */
function watermark(geometry: HeatmapGeometry, lang: Language, colour: string): string {
  const { plot } = geometry;
  const size = watermarkSize(geometry, lang);
  const word = escapeHtml(text(lang, 'simulated'));
  return watermarkPlaces
    .map(([x, y]) => {
      const at = `${num(plot.left + plot.width * x)} ${num(plot.top + plot.height * y)}`;
      return `<text transform="translate(${at}) rotate(-14)" text-anchor="middle" dominant-baseline="central" font-size="${num(size)}" font-weight="700" letter-spacing="${num(size * 0.12)}" fill="${colour}">${word}</text>`;
    })
    .join('');
}

interface ColourBar {
  readonly id: string;
  readonly ticks: readonly (readonly [number, string])[];
  readonly title: string;
}

function colourBar(geometry: HeatmapGeometry, { id, ticks, title }: ColourBar): string {
  const { plot, colourBar: bar, fontSize, width } = geometry;
  const labels = ticks
    .map(([at, label]) => {
      const y = num(plot.top + plot.height * (1 - at));
      return `<text x="${num(bar.left + bar.width + 5)}" y="${y}" dominant-baseline="central">${label}</text>`;
    })
    .join('');
  const titleX = num(width - fontSize * 0.6);
  const titleY = num(plot.top + plot.height / 2);
  const named =
    bar.width < 10
      ? ''
      : `<text transform="translate(${titleX} ${titleY}) rotate(-90)" text-anchor="middle">${escapeHtml(title)}</text>`;
  return `<rect x="${num(bar.left)}" y="${plot.top}" width="${bar.width}" height="${num(plot.height)}" fill="url(#${id})"/><g class="bar" font-size="${fontSize - 1}">${labels}${named}</g>`;
}

function axes(figure: HeatmapFigure, geometry: HeatmapGeometry, lang: Language): string {
  const { plot, cell, fontSize, turned } = geometry;
  const bottom = plot.top + plot.height;
  const x = geometry.xTicks
    .map((i) => {
      const at = plot.left + (i + 0.5) * cell.width;
      const place = turned
        ? `transform="translate(${num(at + fontSize * 0.35)} ${num(bottom + fontSize * 0.9)}) rotate(-45)" text-anchor="end"`
        : `x="${num(at)}" y="${num(bottom + fontSize + 6)}" text-anchor="middle"`;
      return `<text ${place}>${escapeHtml(figure.xLabels[i] ?? '')}</text>`;
    })
    .join('');
  const y = geometry.yTicks
    .map(
      (i) =>
        `<text x="${num(plot.left - 7)}" y="${num(plot.top + (i + 0.5) * cell.height)}" text-anchor="end" dominant-baseline="central">${escapeHtml(figure.yLabels[i] ?? '')}</text>`,
    )
    .join('');
  const xTitle = escapeHtml(figure.titles.x ?? text(lang, 'x_axis'));
  const yTitle = escapeHtml(figure.titles.y ?? text(lang, 'y_axis'));
  return (
    `<g class="axis x">${x}</g><g class="axis y">${y}</g>` +
    `<text class="title" x="${num(plot.left + plot.width / 2)}" y="${num(geometry.xTitleY)}" text-anchor="middle">${xTitle}</text>` +
    (geometry.showYTitle
      ? `<text class="title" transform="translate(${fontSize} ${num(plot.top + plot.height / 2)}) rotate(-90)" text-anchor="middle">${yTitle}</text>`
      : '')
  );
}

function frame(
  { framed, width }: HeatmapGeometry,
  { lines, ink }: { readonly lines: PictureLines; readonly ink: string },
): string {
  if (framed === null) return '';
  const line = (y: number, content: string, style: string): string =>
    `<text x="${num(width / 2)}" y="${num(y)}" text-anchor="middle" ${style}>${escapeHtml(content)}</text>`;
  return (
    lines.title
      .map((content, i) =>
        line(framed.titleY[i] ?? 0, content, `font-size="15" font-weight="600" fill="${ink}"`),
      )
      .join('') +
    lines.legend.map((content, i) => line(framed.legendY[i] ?? 0, content, '')).join('') +
    lines.source.map((content, i) => line(framed.sourceY[i] ?? 0, content, 'font-size="11"')).join('')
  );
}

/** A heatmap as one SVG element: x lengths as categories, y depth with 0 % on top, scores on a fixed scale from 0 to 1. */
export function renderHeatmapSvg(figure: HeatmapFigure, options: HeatmapSvgOptions): string {
  const { lang, style = 'article' } = options;
  const look = styles[style];
  const scale = options.scale ?? look.scale;
  return drawHeatmap(inStyle(figure, style), {
    ...options,
    look,
    ticks: scaleTicks(scale),
    barTitle: text(lang, scale === 'percent' ? 'score_percent' : 'score'),
  });
}

export interface DrawHeatmapOptions extends Omit<HeatmapSvgOptions, 'style' | 'scale'> {
  readonly look: Pick<ChartStyle, 'stops' | 'grid' | 'onScores' | 'stamp'>;
  /** Where the colour bar is labelled, from 0 to 1. */
  readonly ticks: readonly (readonly [number, string])[];
  readonly barTitle: string;
}

/** A figure drawn in any colours; `z` from 0 to 1 whatever it stands for. */
export function drawHeatmap(figure: HeatmapFigure, options: DrawHeatmapOptions): string {
  const { width, lang, palette, look } = options;
  const standalone = options.standalone === true;
  const lines = pictureLines(figure, lang, width);
  const geometry = heatmapGeometry(figure, width, standalone ? lines : null);
  const { plot, cell, height, fontSize } = geometry;
  // Ids are global in a page that holds many pictures.
  const id = pictureId(figure);
  const stops = look.stops
    .map(([at, colour]) => `<stop offset="${num(at, 4)}" stop-color="${colour}"/>`)
    .join('');
  const namespace = standalone ? ' xmlns="http://www.w3.org/2000/svg"' : '';
  const toCells = `translate(${num(plot.left)} ${num(plot.top)}) scale(${num(cell.width, 5)} ${num(cell.height, 5)})`;
  return (
    `<svg${namespace} viewBox="0 0 ${num(width)} ${num(height)}" role="img" aria-label="${escapeHtml(options.alt)}" font-family="${escapeHtml(fontStack)}" font-size="${fontSize}" fill="${palette.soft}" color="${palette.soft}">` +
    `<defs><linearGradient id="scale-${id}" x1="0" y1="1" x2="0" y2="0">${stops}</linearGradient>` +
    `<pattern id="hatch-${id}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="${palette.gap}"/><path d="M0,0V6" stroke="${palette.hatch}" stroke-width="2"/></pattern></defs>` +
    (standalone ? `<rect width="100%" height="100%" fill="${palette.paper}"/>` : '') +
    `<g class="cells" transform="${toCells}" shape-rendering="crispEdges"><g id="cells-${id}">${scoredPaths(figure, look.stops)}</g></g>` +
    svgMarks(figure, geometry, { hatchId: `hatch-${id}`, onScores: look.onScores }) +
    (look.grid === 'dotted' ? gridLines(figure, geometry) : '') +
    `<rect x="${plot.left}" y="${plot.top}" width="${num(plot.width)}" height="${num(plot.height)}" fill="none" stroke="${palette.ink}" stroke-width="1"/>` +
    (figure.simulated ? watermark(geometry, lang, look.stamp ?? palette.stamp) : '') +
    axes(figure, geometry, lang) +
    colourBar(geometry, { id: `scale-${id}`, ticks: options.ticks, title: options.barTitle }) +
    frame(geometry, { lines, ink: palette.ink }) +
    '</svg>'
  );
}

/** What a picture of its own says around the plot, in lines that fit its width. */
export function pictureLines(figure: HeatmapFigure, lang: Language, width: number): PictureLines {
  return {
    title: titleLines(chartTitle(figure, lang), width),
    legend: legendLines(figure, lang, width),
    source: titleLines(sourceLine(figure, lang), width * 1.4),
  };
}

/** The figure's id in letters that an element's id and a reference to it may hold. */
export function pictureId(figure: HeatmapFigure): string {
  return figure.id.replace(/[^A-Za-z0-9_-]/g, (char) => `-${char.charCodeAt(0).toString(16)}-`);
}
