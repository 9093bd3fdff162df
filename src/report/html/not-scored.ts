import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import { formatLength } from '../../core/length.ts';
import { type Mark, marks, unscoredTrials } from '../marks.ts';
import { notScored } from '../panel-text.ts';
import { foreign, phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import { badges } from './summary-table.ts';

/** The lengths at which a panel has cells with a mark, as they are labelled. */
function lengthsWith(panel: Panel, mark: Mark): string[] {
  return panel.grid.contextLengths
    .filter((_, index) =>
      panel.cells.some((row) => {
        const cell = row[index];
        return cell !== undefined && (unscoredTrials(cell)[mark] ?? 0) > 0;
      }),
    )
    .map(formatLength);
}

/** What was not scored and why: a line a model and reason, with the lengths it happened at. */
export function notScoredSection(panels: readonly Panel[], lang: Language): string {
  const rows = panels.flatMap((panel, index) =>
    notScored(panel).map(({ mark, cells }) => {
      const at = lengthsWith(panel, mark);
      const glyph = `<svg class="key gap" viewBox="-2 -2 4 4" aria-hidden="true"><path d="${marks[mark].path}"/></svg>`;
      const why = `${glyph}<div><strong>${phrase(lang, mark)}</strong><small>${phrase(lang, `${mark}_why`)}</small></div>`;
      return `<tr><th scope="row"><a href="#panel-${index}">${foreign(panel.model.name)}</a> <span class="soft">${foreign(panel.task.id)}</span>${badges(panel, lang)}</th><td><div class="why">${why}</div></td><td class="number">${cells} / ${panel.counts.planned}</td><td>${escapeHtml(at.join(' · '))}</td></tr>`;
    }),
  );
  const body =
    rows.length === 0
      ? `<p class="note">${phrase(lang, 'all_scored')}</p>`
      : `<div class="scroll" tabindex="0" role="region" aria-labelledby="not-scored-title"><table class="gaps"><thead><tr><th scope="col">${phrase(lang, 'model')}</th><th scope="col">${phrase(lang, 'reason')}</th><th scope="col" class="number">${phrase(lang, 'cells')}</th><th scope="col">${phrase(lang, 'at_lengths')}</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  return `<section class="card" aria-labelledby="not-scored-title"><h2 id="not-scored-title">${phrase(lang, 'not_scored')}</h2>${body}</section>`;
}
