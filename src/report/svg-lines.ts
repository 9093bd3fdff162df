import { escapeHtml } from './html/escape.ts';
import { num } from './svg-number.ts';

interface LinePoint {
  /** From 0 to 1 across the plot. */
  readonly x: number;
  /** In the unit of `yTicks`, as `lower` and `upper`, the ends of the bar drawn through the point. */
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
  /** What hovering says. */
  readonly says: string;
}

export interface LineSeries {
  readonly colour: string;
  /** A dash pattern, empty for a plain line: colour is not the only difference. */
  readonly dash: string;
  readonly points: readonly (LinePoint | null)[];
}

export interface LinesFigure {
  readonly width: number;
  readonly height: number;
  readonly series: readonly LineSeries[];
  readonly xTicks: readonly { readonly at: number; readonly label: string }[];
  readonly yTicks: readonly { readonly at: number; readonly label: string }[];
  /** Height of the top edge in the unit of the points; the bottom is 0. */
  readonly max: number;
  /** Dashed horizontal lines: the bars that lengths are held to. */
  readonly bars: readonly { readonly y: number; readonly colour: string }[];
  /** A word across the plot, or null. */
  readonly stamp: string | null;
  /** The id of the element that names the chart. */
  readonly labelledBy: string;
}

/** Ticks of a scale from 0 that ends on a round number at or above `largest`: 2 to 5 steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [0.2, 0.5, 1, 2, 5].map((times) => times * power).find((size) => largest / size <= 4) ?? power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** Labels that do not touch: every `n`-th, and always the first. */
function thinned<T extends { readonly at: number; readonly label: string }>(
  ticks: readonly T[],
  width: number,
): T[] {
  const widest = Math.max(1, ...ticks.map(({ label }) => label.length)) * 6.6 + 10;
  const kept: T[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || (tick.at - last.at) * width >= widest) kept.push(tick);
  }
  return kept;
}

const mostTold = 16;

function seriesPaths(
  { colour, dash, points }: LineSeries,
  place: (point: LinePoint) => readonly [number, number, number, number],
): string {
  let line = '';
  let spread = '';
  let dots = '';
  let broken = true;
  // Long rows of points are read in the table beside the chart; a word for each would be most of the file.
  const told = points.length <= mostTold;
  for (const point of points) {
    if (point === null) {
      broken = true;
      continue;
    }
    const [x, y, low, high] = place(point);
    line += `${broken ? 'M' : 'L'}${num(x, 1)},${num(y, 1)}`;
    if (low - high > 0.5) spread += `M${num(x, 1)},${num(low, 1)}V${num(high, 1)}`;
    dots += told
      ? `<circle cx="${num(x, 1)}" cy="${num(y, 1)}" r="2.6"><title>${escapeHtml(point.says)}</title></circle>`
      : `M${num(x, 1)},${num(y, 1)}h0`;
    broken = false;
  }
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<g fill="${colour}" stroke="${colour}"><path d="${spread}" fill="none" stroke-width="4" stroke-opacity=".28"/><path d="${line}" fill="none" stroke-width="1.6" stroke-linejoin="round"${dashed}/>${told ? `<g stroke="none">${dots}</g>` : `<path d="${dots}" fill="none" stroke-width="4" stroke-linecap="round"/>`}</g>`;
}

/** Lines with the spread of each point as one SVG element; colours of axes come from the page's style sheet. */
export function renderLinesSvg(figure: LinesFigure): string {
  const { width, height, max } = figure;
  const left = 10 + 6.8 * Math.max(2, ...figure.yTicks.map(({ label }) => label.length));
  const plot = { left, top: 8, width: width - left - 12, height: height - 8 - 24 };
  const yOf = (value: number): number => plot.top + plot.height * (1 - Math.min(1, Math.max(0, value / max)));
  const xOf = (at: number): number => plot.left + plot.width * at;
  const rules = figure.yTicks
    .map(({ at, label }) => {
      const y = num(yOf(at), 1);
      return `<path class="rule" d="M${num(plot.left, 1)},${y}h${num(plot.width, 1)}"/><text x="${num(plot.left - 6, 1)}" y="${y}" text-anchor="end" dominant-baseline="central">${label}</text>`;
    })
    .join('');
  const labels = thinned(figure.xTicks, plot.width)
    .map(
      ({ at, label }) =>
        `<text x="${num(xOf(at), 1)}" y="${num(plot.top + plot.height + 16, 1)}" text-anchor="middle">${escapeHtml(label)}</text>`,
    )
    .join('');
  const bars = figure.bars
    .map(
      ({ y, colour }) =>
        `<path d="M${num(plot.left, 1)},${num(yOf(y), 1)}h${num(plot.width, 1)}" stroke="${colour}" stroke-width="1.2" stroke-dasharray="5 4" fill="none"/>`,
    )
    .join('');
  const lines = figure.series
    .map((series) => seriesPaths(series, (p) => [xOf(p.x), yOf(p.y), yOf(p.lower), yOf(p.upper)]))
    .join('');
  const ems = figure.stamp === null ? 1 : Array.from(figure.stamp).length * 0.82;
  const size = Math.min((plot.width * 0.7) / ems, plot.height / 3.6, 54);
  const stamp =
    figure.stamp === null
      ? ''
      : `<text class="stamp" transform="translate(${num(plot.left + plot.width / 2, 1)} ${num(plot.top + plot.height * 0.55, 1)}) rotate(-14)" text-anchor="middle" dominant-baseline="central" font-weight="700" font-size="${num(size, 1)}">${escapeHtml(figure.stamp)}</text>`;
  return `<svg class="lines" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${figure.labelledBy}" font-size="11">${rules}${labels}${bars}${stamp}${lines}</svg>`;
}
