import type { Language } from '../core/language.ts';
import type { HeatmapGeometry } from './heatmap-geometry.ts';
import { text } from './html/strings.ts';

/** Centres of the watermark as shares of the plot area, from the top left. */
export const watermarkPlaces: readonly (readonly [number, number])[] = [
  [0.3, 0.22],
  [0.5, 0.5],
  [0.7, 0.78],
];

/** Font size of the watermark in pixels: the word takes about three fifths of the plot's width. */
export function watermarkSize({ plot }: HeatmapGeometry, lang: Language): number {
  const ems = Array.from(text(lang, 'simulated')).reduce(
    (sum, char) => sum + (char > '\u2e80' ? 1.1 : 0.82),
    0,
  );
  return Math.min((plot.width * 0.6) / ems, plot.height / 6);
}
