import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import { formatLength } from '../../core/length.ts';
import {
  accuracyText,
  barText,
  claimedText,
  costText,
  effectiveReasonText,
  effectiveText,
  floorText,
  groupedNumber,
} from '../panel-text.ts';
import type { ReportView } from '../report-view.ts';
import { bilingual, foreign, phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import type { StringKey } from './strings.ts';

/** The labels that every view of a panel carries: SIMULATED, imported, preview only. */
export function badges(panel: Panel, lang: Language): string {
  const badge = (key: StringKey, kind: string): string =>
    `<span class="badge ${kind}">${phrase(lang, key)}</span>`;
  const shown =
    (panel.model.simulated ? badge('simulated', 'sim') : '') +
    (panel.imported === null ? '' : badge('imported', 'imp')) +
    (panel.preview && panel.imported === null ? badge('preview', 'pre') : '');
  return shown === '' ? '' : `<div class="badges">${shown}</div>`;
}

function modelCell(panel: Panel, index: number, lang: Language): string {
  return `<a href="#panel-${index}">${foreign(panel.model.name)}</a><small>${foreign(panel.task.id)}</small>${badges(panel, lang)}`;
}

function claimedCell(panel: Panel, lang: Language): string {
  const { served, claimed, documented } = panel.model.windows;
  // A server that serves less than the maker claims is the first thing to know.
  const less = served !== null && served < (claimed ?? documented ?? 0);
  return `${bilingual(lang, (l) => claimedText(panel, l))}${less ? `<small>${phrase(lang, 'served_window', { length: formatLength(served) })}</small>` : ''}`;
}

function priceCell({ model: { price } }: Panel, lang: Language): string {
  if (price === null) return '–';
  const amount = (value: number): string => `${value}`;
  return `${phrase(lang, 'price_in_out', { input: amount(price.input), output: amount(price.output) })}<small>${foreign(price.currency)}</small>`;
}

function costCell(panel: Panel, lang: Language): string {
  if (panel.imported !== null) return '–';
  const cost = panel.model.simulated ? '–' : costText(panel.costUsd);
  const shown = cost === null ? `<span class="soft">${phrase(lang, 'unknown')}</span>` : escapeHtml(cost);
  return `${shown}<small>${phrase(lang, 'tokens_read', { n: groupedNumber(panel.promptTokens) })}</small>`;
}

function effectiveCell(panel: Panel, lang: Language): string {
  if (panel.effective === null) return `–${bilingual(lang, (l) => effectiveReasonText(panel, l), 'small')}`;
  return (
    bilingual(lang, (l) => effectiveText(panel, l)?.shown ?? '', 'span', 'class="line"') +
    bilingual(lang, (l) => effectiveText(panel, l)?.disproved ?? '', 'span', 'class="line"') +
    bilingual(lang, (l) => barText(panel, l), 'small')
  );
}

function accuracyCell(panel: Panel, lang: Language): string {
  const accuracy = accuracyText(panel, lang);
  if (accuracy === null) return '–';
  const small = (of: (lang: Language) => string): string => bilingual(lang, of, 'small');
  const floor = floorText(panel, lang) === null ? '' : small((l) => floorText(panel, l) ?? '');
  return `<span class="line">${accuracy.mean}</span><small>${accuracy.n}</small>${small((l) => accuracyText(panel, l)?.range ?? '')}${floor}`;
}

/** The table of all panels: what is claimed beside what was found, with n, price and cost. */
export function summaryTable(view: ReportView, lang: Language): string {
  const columns: readonly (readonly [StringKey, string, (panel: Panel, index: number) => string])[] = [
    ['model', 'name', (panel, index) => modelCell(panel, index, lang)],
    ['maker', '', ({ model }) => (model.maker === null ? '–' : foreign(model.maker))],
    ['parameters', '', ({ model }) => (model.parameters === null ? '–' : foreign(model.parameters))],
    ['claimed', 'number', (panel) => claimedCell(panel, lang)],
    ['effective', 'wide', (panel) => effectiveCell(panel, lang)],
    ['accuracy', 'number', (panel) => accuracyCell(panel, lang)],
    ['price', 'price', (panel) => priceCell(panel, lang)],
    ['cost_of_run', 'number', (panel) => costCell(panel, lang)],
  ];
  const head = columns
    .map(([key, kind]) => `<th scope="col"${kind === '' ? '' : ` class="${kind}"`}>${phrase(lang, key)}</th>`)
    .join('');
  const rows = view.panels.map((panel, index) => {
    const cells = columns.map(([key, kind, render], column) => {
      const label = column === 0 ? '' : `<span class="label" aria-hidden="true">${phrase(lang, key)}</span>`;
      const tag = column === 0 ? 'th scope="row"' : 'td';
      return `<${tag}${kind === '' ? '' : ` class="${kind}"`}>${label}<div>${render(panel, index)}</div></${tag.slice(0, 2)}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="summary-title"><table class="summary"><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
