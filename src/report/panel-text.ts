import type { Panel } from '../analysis/panel.ts';
import type { Language } from '../core/language.ts';
import { formatLength } from '../core/length.ts';
import { percentNumber } from './axis-labels.ts';
import type { HeatmapFigure } from './figure.ts';
import { text } from './html/strings.ts';
import { reasonIn } from './html/translations.ts';
import { type Mark, markNames } from './marks.ts';

/** The claimed window as a label, or `not given`. */
export function claimedText(panel: Panel, lang: Language): string {
  const claimed = panel.model.windows.claimed ?? panel.model.windows.documented;
  return claimed === null ? text(lang, 'not_given') : formatLength(claimed);
}

/** Both ends of the effective window in words, or null where there is none (see `effectiveReasonText`). */
export function effectiveText(panel: Panel, lang: Language): { shown: string; disproved: string } | null {
  if (panel.effective === null) return null;
  const { shown, notDisproved } = panel.effective;
  return {
    shown: shown === null ? text(lang, 'shown_none') : text(lang, 'shown', { length: formatLength(shown) }),
    disproved:
      notDisproved === null
        ? text(lang, 'disproved_all')
        : text(lang, 'not_disproved', { length: formatLength(notDisproved) }),
  };
}

/** Why there is no effective window; empty where there is one. */
export function effectiveReasonText(panel: Panel, lang: Language): string {
  if (panel.effective !== null) return '';
  return panel.effectiveReason === null ? text(lang, 'unknown') : reasonIn(lang, panel.effectiveReason);
}

/** The bar and the cells behind each length, or empty without an effective window. */
export function barText(panel: Panel, lang: Language): string {
  if (panel.effective === null) return '';
  return text(lang, 'bar', { bar: percentNumber(panel.effective.bar), n: panel.effective.cellsPerLength });
}

/** Accuracy in percent with n and its 95 % interval, or null where nothing was scored. */
export function accuracyText(
  panel: Panel,
  lang: Language,
): { mean: string; n: string; range: string } | null {
  const overall = panel.overall;
  if (overall === null) return null;
  return {
    mean: `${percentNumber(overall.mean)} %`,
    n: `n = ${overall.n}`,
    range: text(lang, 'range', { lower: percentNumber(overall.lower), upper: percentNumber(overall.upper) }),
  };
}

/** The mean with every cell without a score as 0, in words; null where all planned cells were scored. */
export function floorText(panel: Panel, lang: Language): string | null {
  const { planned, scored } = panel.counts;
  if (panel.overall === null || scored === planned || planned === 0) return null;
  return text(lang, 'floor', { floor: percentNumber((panel.overall.mean * scored) / planned) });
}

/** Cells without a score by mark, in the order of the marks; empty where all were scored. */
export function notScored(panel: Panel): { readonly mark: Mark; readonly cells: number }[] {
  const { unscored, failed, missing } = panel.counts;
  const count = (mark: Mark): number => {
    if (mark === 'failed') return failed;
    if (mark === 'missing') return missing;
    if (mark !== 'unreadable') return unscored[mark] ?? 0;
    return Object.entries(unscored)
      .filter(([reason]) => reason === 'unreadable' || !markNames.includes(reason as Mark))
      .reduce((sum, [, cells]) => sum + cells, 0);
  };
  return markNames.map((mark) => ({ mark, cells: count(mark) })).filter(({ cells }) => cells > 0);
}

/** The one sentence about a measured model; null for simulated and imported ones, and without an effective window. */
export function verdictText(panel: Panel, lang: Language): string | null {
  const window = effectiveText(panel, lang);
  if (panel.model.simulated || panel.imported !== null || panel.effective === null || window === null)
    return null;
  const sentence = text(lang, 'verdict', {
    model: panel.model.name,
    task: panel.task.id,
    bar: percentNumber(panel.effective.bar),
    n: panel.effective.cellsPerLength,
    claimed: claimedText(panel, lang),
    ...window,
  });
  const failed = panel.counts.failed > 0 ? text(lang, 'verdict_failed', { n: panel.counts.failed }) : '';
  return `${sentence}${failed}${lang === 'zh' ? '。' : '.'}`;
}

/** What a picture says to those who cannot see it; SIMULATED stands first where it is. */
export function altText(panel: Panel, figure: HeatmapFigure, lang: Language): string {
  return text(lang, 'alt', {
    simulated: figure.simulated ? `${text(lang, 'simulated')}. ` : '',
    model: figure.model,
    task: figure.task,
    mean: accuracyText(panel, lang)?.mean ?? text(lang, 'none'),
    scored: panel.counts.scored,
    planned: panel.counts.planned,
  });
}

/** A whole number with its thousands apart, the same on every machine: 1234567 → `1,234,567`. */
export function groupedNumber(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A cost in US dollars with two digits that say something, or null where prices are unknown. */
export function costText(costUsd: number | null): string | null {
  if (costUsd === null) return null;
  if (costUsd === 0) return '$0';
  return `$${costUsd >= 0.01 ? costUsd.toFixed(2) : Number(costUsd.toPrecision(2)).toFixed(8).replace(/0+$/, '')}`;
}
