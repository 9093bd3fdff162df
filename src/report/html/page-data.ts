import type { Language } from '../../core/language.ts';
import type { DifferenceFigure } from '../difference.ts';
import type { HeatmapFigure } from '../figure.ts';
import type { ScoreScale, StyleName } from '../styles.ts';

/** What the page's script reads first. */
export interface PageData {
  readonly figures: readonly HeatmapFigure[];
  readonly alts: readonly Readonly<Record<Language, string>>[];
  /** The run folder of each panel, for the command that shows a prompt; null for imports. */
  readonly folders: readonly (string | null)[];
  readonly differences: readonly DifferenceFigure[];
  readonly style: StyleName;
  readonly scale: ScoreScale;
  /** Which panel each packed part holds the rows of, in the order of the parts. */
  readonly parts: readonly number[];
}
