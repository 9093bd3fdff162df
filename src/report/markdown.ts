import { percentNumber } from './axis-labels.ts';
import { legendText, placeGlyph, sourceLine } from './captions.ts';
import { type HeatmapFigure, heatmapFigure } from './figure.ts';
import { text } from './html/strings.ts';
import {
  accuracyText,
  barText,
  claimedText,
  costText,
  effectiveReasonText,
  effectiveText,
  floorText,
  groupedNumber,
  notScored,
  verdictText,
} from './panel-text.ts';
import { holdsSimulated, type ReportView } from './report-view.ts';

type Panel = ReportView['panels'][number];

/** Text made inert in Markdown tables and headings: no markup, links, HTML, mentions or line breaks. */
export function escapeMarkdown(value: string): string {
  return value
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '@\u2060')
    .replace(/([\\`*_[\]|#!~$])/g, '\\$1');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function summaryRow(panel: Panel): string {
  const window = effectiveText(panel, 'en');
  const accuracy = accuracyText(panel, 'en');
  const floor = floorText(panel, 'en');
  const label = panel.model.simulated ? 'SIMULATED ' : panel.imported ? '(imported) ' : '';
  const gaps = notScored(panel)
    .map(({ mark, cells }) => `${cells} ${text('en', mark)}`)
    .join(', ');
  return row([
    `${label}${escapeMarkdown(panel.model.name)}`,
    escapeMarkdown(panel.task.id),
    claimedText(panel, 'en'),
    window === null
      ? `– (${escapeMarkdown(effectiveReasonText(panel, 'en'))})`
      : `${window.shown}, ${window.disproved} (${barText(panel, 'en')})`,
    accuracy === null
      ? '–'
      : `${accuracy.mean} (${accuracy.n}, ${accuracy.range}${floor === null ? '' : `; ${floor}`})`,
    gaps === '' ? 'none' : gaps,
    groupedNumber(panel.promptTokens),
    costText(panel.costUsd) ?? 'unknown',
  ]);
}

function cellText(figure: HeatmapFigure, depth: number, length: number): string {
  const score = figure.z[depth]?.[length] ?? null;
  const glyph = placeGlyph(figure, depth, length);
  return score === null ? glyph : `${percentNumber(score, 0)}${glyph}`;
}

function panelSection(panel: Panel): string {
  const figure = heatmapFigure(panel);
  const label = figure.simulated ? 'SIMULATED · ' : figure.imported ? 'imported · ' : '';
  const legend = legendText(figure, 'en');
  const verdict = verdictText(panel, 'en');
  const right = (count: number): string => row(Array.from({ length: count }, () => '--:'));
  return [
    `### ${label}${escapeMarkdown(figure.model)} on ${escapeMarkdown(figure.task)}`,
    '',
    ...(verdict === null ? [] : [escapeMarkdown(verdict), '']),
    `Mean score in percent; rows: needle depth, columns: context length. ${escapeMarkdown(sourceLine(figure, 'en'))}`,
    '',
    row([
      figure.simulated ? 'Depth (SIMULATED)' : figure.imported ? 'Depth (imported)' : 'Depth',
      ...figure.xLabels,
    ]),
    right(figure.xLabels.length + 1),
    ...figure.yLabels.map((depthLabel, depth) =>
      row([`${depthLabel} %`, ...figure.xLabels.map((_, length) => cellText(figure, depth, length))]),
    ),
    ...(legend === '' ? [] : ['', legend]),
    '',
  ].join('\n');
}

/** GitHub takes job summaries of 1 MiB; what stands around the report needs some of it. */
const mostBytes = 1_000_000;
const mostTableBytes = 400_000;

const bytesOf = (part: string): number => Buffer.byteLength(part) + 1;

/** What `write` makes of the first panels, as many as fit into `room` bytes with a line break each. */
function fitting(panels: readonly Panel[], write: (panel: Panel) => string, room: number): string[] {
  const parts: string[] = [];
  let used = 0;
  for (const panel of panels) {
    const part = write(panel);
    used += bytesOf(part);
    if (used > room) break;
    parts.push(part);
  }
  return parts;
}

/** What was left out of `count` parts, in words; no line where nothing was. */
function leftOut(left: number, count: number, what: string): string[] {
  return left === 0
    ? []
    : [`${left} of ${count} ${what} are left out to stay under 1 MiB; the HTML report has them all.`, ''];
}

/**
 * The report as Markdown for pull requests and job summaries: summary table, then one table a heatmap. It stays under 1 MiB:
 * rows and heatmaps that have no room are left out at the end, and a line says how many.
 */
export function renderMarkdown(view: ReportView): string {
  const head = row([
    'Model',
    'Task',
    'Claimed',
    'Effective',
    'Accuracy',
    'Not scored',
    'Prompt tokens',
    'Cost',
  ]);
  const rows = fitting(view.panels, summaryRow, mostTableBytes);
  const used = rows.reduce((sum, each) => sum + bytesOf(each), 0);
  const sections = fitting(view.panels, panelSection, mostBytes - used);
  const count = view.panels.length;
  return [
    `# ${holdsSimulated(view) ? 'SIMULATED · ' : ''}Needlescope report`,
    '',
    `${view.generatedAt}, needlescope ${view.tool.version}`,
    '',
    head,
    row(['---', '---', '--:', '---', '---', '---', '--:', '--:']),
    ...rows,
    '',
    ...leftOut(count - rows.length, count, 'rows'),
    ...sections,
    ...leftOut(count - sections.length, count, 'heatmaps'),
  ].join('\n');
}
