import type { Language } from '../core/language.ts';
import { depthLabels, lengthLabels } from './axis-labels.ts';
import type { HeatmapFigure } from './figure.ts';
import { text } from './html/strings.ts';
import type { HeatmapPalette } from './palette.ts';
import { drawHeatmap } from './svg-heatmap.ts';

/** Orange for lower, blue for higher, grey for no change: told apart with any colour vision. The scale is fixed to ±100 points. */
const look = {
  stops: [
    [0, '#8c3a00'],
    [0.25, '#dd8a3e'],
    [0.5, '#eef0f1'],
    [0.75, '#6aa3d5'],
    [1, '#10508f'],
  ],
  grid: 'dotted',
  onScores: '#10151a',
  // The middle of the scale is light in the dark as well.
  stamp: 'rgba(16,21,26,.34)',
} as const;

export interface Difference {
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  /** −1 to 1 by `[depth][length]`; null where no pair was scored. */
  readonly z: readonly (readonly (number | null)[])[];
  readonly simulated: boolean;
}

export interface DifferenceSvgOptions {
  readonly width: number;
  readonly lang: Language;
  readonly palette: HeatmapPalette;
  readonly alt: string;
}

/** The heatmap of a difference as one SVG element, with the geometry of all heatmaps; places without a pair are hatched. */
export function differenceSvg(
  { lengths, depths, z, simulated }: Difference,
  options: DifferenceSvgOptions,
): string {
  const figure: HeatmapFigure = {
    id: 'difference',
    run: '',
    model: '',
    task: '',
    simulated,
    imported: null,
    titles: { chart: null, x: null, y: null },
    lengths,
    depths,
    xLabels: lengthLabels(lengths),
    yLabels: depthLabels(depths),
    trials: 1,
    method: null,
    z: z.map((row) => row.map((value) => (value === null ? null : (value + 1) / 2))),
    intervals: null,
    unscored: z.flatMap((row, depth) =>
      row.flatMap((value, length) => (value === null ? [{ depth, length, trials: { missing: 1 } }] : [])),
    ),
    flagged: [],
  };
  return drawHeatmap(figure, {
    ...options,
    look,
    ticks: [-100, -50, 0, 50, 100].map(
      (points) => [(points + 100) / 200, points > 0 ? `+${points}` : String(points)] as const,
    ),
    barTitle: text(options.lang, 'points'),
  });
}
