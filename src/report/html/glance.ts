import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import type { HeatmapFigure } from '../figure.ts';
import { accuracyText } from '../panel-text.ts';
import { pictureId } from '../svg-heatmap.ts';
import { foreign, phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import { text } from './strings.ts';

/** The places without a score as one path, in units of a cell. */
function gaps(figure: HeatmapFigure): string {
  return figure.unscored
    .filter(({ depth, length }) => figure.z[depth]?.[length] === null)
    .map(({ depth, length }) => `M${length},${depth}h1v1h-1Z`)
    .join('');
}

function thumb(
  panel: Panel,
  figure: HeatmapFigure,
  { index, lang }: { readonly index: number; readonly lang: Language },
): string {
  const [columns, rows] = [figure.lengths.length, figure.depths.length];
  const stamp = figure.simulated
    ? `<span class="stamp" aria-hidden="true">${escapeHtml(text(lang, 'simulated'))}</span>`
    : '';
  const ends = [figure.xLabels[0], figure.xLabels.at(-1)].map(
    (label) => `<span>${escapeHtml(label ?? '')}</span>`,
  );
  return `<li><a href="#panel-${index}"><span class="thumb"><svg viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none" aria-hidden="true"><path d="${gaps(figure)}" fill="var(--hatch)"/><use href="#cells-${pictureId(figure)}"/></svg>${stamp}</span><span class="ends" aria-hidden="true">${ends.join('')}</span><span class="who" title="${escapeHtml(figure.model)}">${foreign(figure.model)}</span></a><span class="what soft"><b>${accuracyText(panel, lang)?.mean ?? '–'}</b> ${foreign(figure.task)}</span></li>`;
}

/** All heatmaps small, side by side on one scale, each a link to its own; empty for a single one. */
export function glance(panels: readonly Panel[], figures: readonly HeatmapFigure[], lang: Language): string {
  if (panels.length < 2) return '';
  const items = panels.flatMap((panel, index) => {
    const figure = figures[index];
    return figure === undefined ? [] : [thumb(panel, figure, { index, lang })];
  });
  return `<section class="glance" aria-labelledby="glance-title"><h2 id="glance-title">${phrase(lang, 'glance')} <span class="hint">${phrase(lang, 'glance_hint')}</span></h2><ul>${items.join('')}</ul></section>`;
}
