import type { HeatmapFigure } from './figure.ts';
import type { HeatmapGeometry } from './heatmap-geometry.ts';
import { flagMarks, flagNames, leadingMark, type Mark, marks } from './marks.ts';
import { num } from './svg-number.ts';

interface PlacedGlyph {
  readonly depth: number;
  readonly length: number;
  readonly path: string;
}

function glyph({ depth, length, path }: PlacedGlyph, { plot, cell }: HeatmapGeometry): string {
  const x = plot.left + (length + 0.5) * cell.width;
  const y = plot.top + (depth + 0.5) * cell.height;
  const size = Math.min(6, cell.width * 0.28, cell.height * 0.28);
  return `<path transform="translate(${num(x)} ${num(y)}) scale(${num(size)})" d="${path}"/>`;
}

/** Places without a score as hatched boxes with their glyphs, and the glyphs of flags and partly scored places. */
export function svgMarks(
  figure: HeatmapFigure,
  geometry: HeatmapGeometry,
  { hatchId, onScores: ink }: { readonly hatchId: string; readonly onScores: string },
): string {
  const { plot, cell } = geometry;
  let boxes = '';
  const glyphs: string[] = [];
  const onScores: string[] = [];
  for (const { depth, length, trials } of figure.unscored) {
    const mark: Mark | null = leadingMark(trials);
    const empty = figure.z[depth]?.[length] === null;
    if (empty) {
      boxes += `M${num(plot.left + length * cell.width)},${num(plot.top + depth * cell.height)}h${num(cell.width)}v${num(cell.height)}h${num(-cell.width)}Z`;
    }
    if (mark === null || marks[mark].path === '') continue;
    (empty ? glyphs : onScores).push(glyph({ depth, length, path: marks[mark].path }, geometry));
  }
  for (const place of figure.flagged) {
    const name = flagNames.find((flag) => (place.flags[flag] ?? 0) > 0);
    if (name !== undefined) onScores.push(glyph({ ...place, path: flagMarks[name].path }, geometry));
  }
  const stroke = 'fill="none" stroke-width=".28" stroke-linejoin="round" stroke-linecap="round"';
  return (
    (boxes === '' ? '' : `<path fill="url(#${hatchId})" d="${boxes}"/>`) +
    (glyphs.length === 0 ? '' : `<g class="marks" ${stroke} stroke="currentColor">${glyphs.join('')}</g>`) +
    (onScores.length === 0 ? '' : `<g class="on-scores" ${stroke} stroke="${ink}">${onScores.join('')}</g>`)
  );
}
