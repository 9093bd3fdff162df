import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import { percentNumber } from '../axis-labels.ts';
import { legendEntries, sourceLine } from '../captions.ts';
import type { HeatmapFigure } from '../figure.ts';
import { leadingMark, marks } from '../marks.ts';
import { pagePalette } from '../palette.ts';
import { altText, verdictText } from '../panel-text.ts';
import type { ScoreScale, StyleName } from '../styles.ts';
import { renderHeatmapSvg } from '../svg-heatmap.ts';
import type { PanelTrends } from '../trends.ts';
import { bilingual, foreign, phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import { text } from './strings.ts';
import { badges } from './summary-table.ts';
import { trendSection } from './trend-section.ts';

/** Width of the picture that stands before the script knows the real one. */
const firstWidth = 720;

function legend(figure: HeatmapFigure, lang: Language): string {
  const entries = legendEntries(figure);
  if (entries.length === 0) return '';
  const items = entries.map(
    ({ name, path, kind, trials }) =>
      `<li><svg class="key ${kind}" viewBox="-2 -2 4 4" aria-hidden="true"><path d="${path}"/></svg>${phrase(lang, name)} <span class="soft">${trials}</span></li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function tableCell(figure: HeatmapFigure, depth: number, length: number, lang: Language): string {
  const score = figure.z[depth]?.[length] ?? null;
  const gap = figure.unscored.find((place) => place.depth === depth && place.length === length);
  const mark = gap === undefined ? null : leadingMark(gap.trials);
  const word =
    mark === null ? '' : `<abbr>${marks[mark].text}<span class="sr"> ${phrase(lang, mark)}</span></abbr>`;
  // A cell ends where the next begins: thousands of end tags are left out, as HTML allows.
  return `<td>${score === null ? word : percentNumber(score)}${score === null ? '' : word}`;
}

/** The figures of a heatmap as a table with headers, readable without a script. */
function scoreTable(figure: HeatmapFigure, lang: Language): string {
  const head = figure.xLabels.map((label) => `<th scope="col">${escapeHtml(label)}</th>`).join('');
  const body = figure.yLabels.map((label, depth) => {
    const cells = figure.xLabels.map((_, length) => tableCell(figure, depth, length, lang)).join('');
    return `<tr><th scope="row">${escapeHtml(label)} %</th>${cells}</tr>`;
  });
  const caption = bilingual(
    lang,
    (l) =>
      `${figure.simulated ? `${text(l, 'simulated')}. ` : ''}${text(l, 'table_caption', { model: figure.model, task: figure.task })}`,
    'caption',
  );
  return `<table class="scores">${caption}<thead><tr><th scope="col">${phrase(lang, 'depth')}</th>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

export interface PanelSectionOptions {
  readonly index: number;
  readonly figure: HeatmapFigure;
  readonly trends: PanelTrends;
  readonly lang: Language;
  readonly style: StyleName;
  readonly scale: ScoreScale;
}

/** One panel: title and labels, the heatmap, its legend and source, accuracy and speed by length, and the same figures as tables. */
export function panelSection(panel: Panel, options: PanelSectionOptions): string {
  const { index, figure, lang, style, scale } = options;
  const notes: string[] = [];
  if (verdictText(panel, lang) !== null) {
    notes.push(bilingual(lang, (l) => verdictText(panel, l) ?? '', 'p', 'class="verdict"'));
  }
  for (const note of [panel.model.note, panel.imported?.note ?? null]) {
    if (note !== null) notes.push(bilingual(lang, (l) => note[l], 'p', 'class="note"'));
  }
  const title = panel.imported?.title ?? null;
  if (title !== null) notes.push(`<p class="note published">${foreign(title)}</p>`);
  if (panel.preview && panel.imported === null) {
    notes.push(`<p class="note">${phrase(lang, 'preview_why', { trials: panel.grid.trials })}</p>`);
  }
  const svg = renderHeatmapSvg(figure, {
    width: firstWidth,
    lang,
    palette: pagePalette,
    alt: altText(panel, figure, lang),
    style,
    scale,
  });
  const trends = trendSection(panel, options.trends, { index, lang });
  return `<section class="panel" id="panel-${index}" aria-labelledby="panel-title-${index}">
<header><h3 id="panel-title-${index}">${foreign(panel.model.name)} <span class="task">${foreign(panel.task.id)}</span></h3>${badges(panel, lang)}</header>
${notes.join('\n')}
<figure><div class="chart" data-panel="${index}"><div class="picture">${svg}</div></div>
<figcaption>${legend(figure, lang)}${bilingual(lang, (l) => sourceLine(figure, l), 'p', 'class="source"')}</figcaption></figure>
${trends.accuracy}
${trends.speed}<details class="values"><summary>${phrase(lang, 'table')}</summary><div class="scroll" tabindex="0" role="region" aria-labelledby="panel-title-${index}">${scoreTable(figure, lang)}${trends.table}</div></details>
</section>`;
}
