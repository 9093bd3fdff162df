import type { Panel } from '../analysis/panel.ts';
import { type HeatmapFigure, heatmapFigure } from './figure.ts';
import { escapeHtml } from './html/escape.ts';
import { methodLine } from './method-line.ts';
import { fontStack, lightPalette } from './palette.ts';
import { altText } from './panel-text.ts';
import { holdsSimulated, type ReportView } from './report-view.ts';
import { type HeatmapSvgOptions, renderHeatmapSvg } from './svg-heatmap.ts';
import { num } from './svg-number.ts';

/** More than this many heatmaps stand in two columns. */
const oneColumn = 3;
const gap = 24;
const methodRoom = 26;

interface Picture {
  readonly svg: string;
  readonly alt: string;
  readonly height: number;
  readonly method: string;
}

type PictureLook = Pick<HeatmapSvgOptions, 'lang' | 'style' | 'scale'>;

/**
 * All heatmaps of a view as one SVG file that needs no style sheet, script or font file: one below the other, in two columns
 * from four on. Each has its title, legend, source and a line of method inside the picture.
 */
export function renderSvgFile(view: ReportView, look: PictureLook): string {
  const columns = view.panels.length > oneColumn ? 2 : 1;
  const width = columns === 1 ? 920 : 800;
  const pictures = view.panels.map((panel) => pictureOf(panel, { view, width, look }));
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, row) =>
    pictures.slice(row * columns, (row + 1) * columns),
  );
  const placed: string[] = [];
  let top = gap;
  for (const row of rows) {
    placed.push(
      ...row.map((picture, column) => place(picture, { left: gap + column * (width + gap), top, width })),
    );
    top += Math.max(...row.map(({ height }) => height)) + methodRoom + gap;
  }
  const size = { width: columns * (width + gap) + gap, height: Math.max(top, 2 * gap) };
  const simulated = holdsSimulated(view) ? 'SIMULATED · ' : '';
  const title = `${simulated}Needlescope`;
  const label = [title, ...pictures.map(({ alt }) => alt)].join(' ');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${num(size.width)}" height="${num(size.height)}" viewBox="0 0 ${num(size.width)} ${num(size.height)}" role="img" aria-label="${escapeHtml(label)}" font-family="${escapeHtml(fontStack)}">` +
    `<title>${escapeHtml(title)}</title><rect width="100%" height="100%" fill="${lightPalette.paper}"/>${placed.join('')}</svg>\n`
  );
}

function pictureOf(
  panel: Panel,
  { view, width, look }: { readonly view: ReportView; readonly width: number; readonly look: PictureLook },
): Picture {
  const figure: HeatmapFigure = heatmapFigure(panel);
  const { lang } = look;
  const alt = altText(panel, figure, lang);
  const svg = renderHeatmapSvg(figure, { ...look, width, palette: lightPalette, alt, standalone: true });
  const height = Number(/viewBox="0 0 \S+ ([\d.]+)"/.exec(svg)?.[1] ?? 0);
  const manifest = view.runs.find(({ run }) => run === panel.run);
  return { svg, alt, height, method: methodLine(panel, manifest, lang) };
}

function place(
  { svg, height, method }: Picture,
  { left, top, width }: { readonly left: number; readonly top: number; readonly width: number },
): string {
  const at = `x="${num(left)}" y="${num(top)}" width="${num(width)}" height="${num(height)}"`;
  const textY = num(top + height + 14);
  return (
    svg.replace('<svg ', () => `<svg ${at} `) +
    `<text x="${num(left + width / 2)}" y="${textY}" text-anchor="middle" font-size="11" fill="${lightPalette.soft}">${escapeHtml(method)}</text>`
  );
}
