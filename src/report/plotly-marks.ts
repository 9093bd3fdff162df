import type { FlaggedPlace, HeatmapFigure } from './figure.ts';
import type { HeatmapGeometry } from './heatmap-geometry.ts';
import { flagMarks, flagNames, leadingMark, markNames, marks } from './marks.ts';
import type { HeatmapPalette } from './palette.ts';
import type { ChartStyle } from './styles.ts';
import { num } from './svg-number.ts';

interface Place {
  readonly depth: number;
  readonly length: number;
}

/** Marks as traces of symbols at the centres of their places, one trace a mark. */
export function markTraces(
  figure: HeatmapFigure,
  {
    size,
    palette,
    onScores,
  }: { readonly size: number; readonly palette: HeatmapPalette; readonly onScores: string },
): object[] {
  const trace = (name: string, symbol: string, colour: string, places: readonly Place[]): object => ({
    type: 'scatter',
    mode: 'markers',
    name,
    x: places.map(({ length }) => figure.xLabels[length]),
    y: places.map(({ depth }) => figure.yLabels[depth]),
    marker: { symbol, size, color: colour, line: { width: 1.6, color: colour } },
    hoverinfo: 'skip',
    showlegend: false,
    cliponaxis: true,
  });
  const traces: object[] = [];
  const add = (name: string, symbol: string, colour: string, places: readonly Place[]): void => {
    if (places.length > 0) traces.push(trace(name, symbol, colour, places));
  };
  const empty = ({ depth, length }: Place): boolean => figure.z[depth]?.[length] === null;
  for (const name of markNames) {
    if (marks[name].path === '') continue;
    const places = figure.unscored.filter(({ trials }) => leadingMark(trials) === name);
    add(name, marks[name].symbol, palette.soft, places.filter(empty));
    add(
      name,
      marks[name].symbol,
      onScores,
      places.filter((place) => !empty(place)),
    );
  }
  for (const name of flagNames) {
    const first = (place: FlaggedPlace): string | undefined =>
      flagNames.find((flag) => (place.flags[flag] ?? 0) > 0);
    add(
      name,
      flagMarks[name].symbol,
      onScores,
      figure.flagged.filter((place) => first(place) === name),
    );
  }
  return traces;
}

/** Pixels between the hatch lines, along x. */
const hatchStep = 8.5;

/** Hatched places (one shape for the ground, one for the lines) under the traces, dotted lines between cells above. */
export function plotShapes(
  figure: HeatmapFigure,
  cell: HeatmapGeometry['cell'],
  { palette, grid }: { readonly palette: HeatmapPalette; readonly grid: ChartStyle['grid'] },
): object[] {
  const gaps = figure.unscored.filter(({ depth, length }) => figure.z[depth]?.[length] === null);
  let ground = '';
  let lines = '';
  // Lines at 45 degrees on the screen, so that they look like the SVG's pattern.
  const { width, height } = cell;
  for (const { depth, length } of gaps) {
    const [x0, x1, y0, y1] = [length - 0.5, length + 0.5, depth - 0.5, depth + 0.5];
    ground += `M${x0},${y0}L${x1},${y0}L${x1},${y1}L${x0},${y1}Z`;
    for (let at = hatchStep; at < width + height; at += hatchStep) {
      const [right, bottom] = [Math.min(at, width), Math.min(at, height)];
      const from = `${num(x0 + right / width, 3)},${num(y0 + (at - right) / height, 3)}`;
      lines += `M${from}L${num(x0 + (at - bottom) / width, 3)},${num(y0 + bottom / height, 3)}`;
    }
  }
  const path = (d: string, style: object): object[] =>
    d === '' ? [] : [{ type: 'path', path: d, ...style }];
  const line = (x0: number, x1: number, y0: number, y1: number): object => ({
    type: 'line',
    layer: 'above',
    ...{ x0, x1, y0, y1 },
    line: { color: 'rgba(0,0,0,.28)', width: 0.7, dash: '1.2px,2.6px' },
  });
  const [right, bottom] = [figure.lengths.length - 0.5, figure.depths.length - 0.5];
  return [
    ...path(ground, { layer: 'below', fillcolor: palette.gap, line: { width: 0 } }),
    ...path(lines, { layer: 'below', line: { color: palette.hatch, width: 1.4 } }),
    ...(grid === 'none' ? [] : figure.lengths.slice(1)).map((_, i) => line(i + 0.5, i + 0.5, -0.5, bottom)),
    ...(grid === 'none' ? [] : figure.depths.slice(1)).map((_, i) => line(-0.5, right, i + 0.5, i + 0.5)),
  ];
}
