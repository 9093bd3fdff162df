import type { Panel } from '../analysis/panel.ts';
import type { Bilingual, Language } from '../core/language.ts';
import { escapeHtml } from './html/escape.ts';
import { text } from './html/strings.ts';
import { styleSheet } from './html/style.ts';
import {
  accuracyText,
  claimedText,
  effectiveReasonText,
  effectiveText,
  floorText,
  notScored,
} from './panel-text.ts';
import { holdsSimulated, type ReportView } from './report-view.ts';

export interface IndexPageOptions {
  readonly lang: Language;
  /** The report of all runs, relative to the index page. */
  readonly report: string;
  /** The report of a run alone, relative to the index page, by run; runs without one get no link. */
  readonly runReports: Readonly<Record<string, string>>;
}

const words = {
  title: { en: 'Needlescope runs', zh: 'Needlescope 运行历史' },
  all: { en: 'One report of all runs', zh: '全部运行的合并报告' },
  lede: {
    en: 'Each model’s runs, oldest first. Runs of other tasks, grids or texts do not compare; needlescope compare pairs those that do.',
    zh: '按时间列出每个模型的各次运行。任务、网格或文本不同的运行不可直接比较；可比的运行请用 needlescope compare 配对。',
  },
  date: { en: 'Started (UTC)', zh: '开始时间（UTC）' },
} as const satisfies Record<string, Bilingual>;

/** Columns of one width in all tables, so that the eye runs down the page. */
const ownStyle =
  '.card+.card{margin-top:20px}main{padding-bottom:40px}.history{table-layout:fixed;min-width:900px;font-size:14px}.history th,.history td{text-align:left;vertical-align:top;padding:10px 12px 10px 0;border-top:1px solid var(--line);font-weight:400;overflow-wrap:anywhere}.history thead th{color:var(--soft);font-size:12.5px;border-top:0;padding-top:0}.history th:nth-child(1){width:15%}.history th:nth-child(2){width:27%}.history th:nth-child(3){width:12%}.history th:nth-child(4){width:17%}.history th:nth-child(5){width:18%}';

interface Entry {
  readonly panel: Panel;
  readonly startedAt: string;
}

/** Whether a model was asked the same task in more than one of the runs: then there is a history to show. */
export function hasHistory({ panels }: Pick<ReportView, 'panels'>): boolean {
  const measured = panels.filter(({ imported }) => imported === null);
  return new Set(measured.map(historyKey)).size < measured.length;
}

/** JSON, since names may hold any character. */
const historyKey = ({ model, task }: Panel): string => JSON.stringify([model.name, task.id]);

/**
 * A page that lists the runs of each model and task by time, with links to the reports: plain HTML without a script, in one
 * language. It holds nothing that a run's own report does not.
 */
export function renderIndexPage(view: ReportView, options: IndexPageOptions): string {
  const { lang, report } = options;
  const title = `${holdsSimulated(view) ? `${text(lang, 'simulated')} · ` : ''}${words.title[lang]}`;
  const started = new Map(view.runs.map(({ run, startedAt }) => [run, startedAt]));
  const groups = new Map<string, Entry[]>();
  for (const panel of view.panels) {
    const entry = { panel, startedAt: started.get(panel.run) ?? '' };
    groups.set(historyKey(panel), [...(groups.get(historyKey(panel)) ?? []), entry]);
  }
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${styleSheet}${ownStyle}</style>
</head>
<body>
<header class="top"><div><h1>${escapeHtml(title)}</h1>
<p class="lede">${escapeHtml(words.lede[lang])}</p>
<p class="made"><a href="${escapeHtml(report)}">${escapeHtml(words.all[lang])}</a></p></div></header>
<main>
${[...groups.values()].map((entries) => section(entries, options)).join('\n')}
</main>
</body>
</html>
`;
}

function section(entries: readonly Entry[], { lang, runReports }: IndexPageOptions): string {
  const sorted = [...entries].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const { model, task } = (sorted[0] as Entry).panel;
  const heads = [
    words.date[lang],
    ...(['run', 'claimed', 'effective', 'accuracy', 'not_scored'] as const).map((name) => text(lang, name)),
  ];
  const rows = sorted.map(({ panel, startedAt }) => {
    const cells = [
      // An import's time is that of the import, which says nothing of the model.
      panel.imported === null ? escapeHtml(startedAt.slice(0, 16).replace('T', ' ')) : '–',
      runCell(panel, runReports[panel.run], lang),
      escapeHtml(claimedText(panel, lang)),
      effectiveCell(panel, lang),
      accuracyCell(panel, lang),
      escapeHtml(gaps(panel, lang)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<section class="card"><h2><bdi>${escapeHtml(model.name)}</bdi> <span class="hint">${escapeHtml(task.id)}</span></h2>
<div class="scroll"><table class="history"><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function runCell(panel: Panel, href: string | undefined, lang: Language): string {
  const name = `<bdi>${escapeHtml(panel.run)}</bdi>`;
  const linked = href === undefined ? name : `<a href="${escapeHtml(href)}">${name}</a>`;
  const badges = [
    ...(panel.model.simulated
      ? [`<span class="badge sim">${escapeHtml(text(lang, 'simulated'))}</span>`]
      : []),
    ...(panel.imported === null ? [] : [`<span class="badge">${escapeHtml(text(lang, 'imported'))}</span>`]),
    ...(panel.preview ? [`<span class="badge">${escapeHtml(text(lang, 'preview'))}</span>`] : []),
  ];
  const source =
    panel.imported === null
      ? ''
      : `<small>${escapeHtml(text(lang, 'imported_from', { source: panel.imported.source }))}</small>`;
  return `${linked} ${badges.join(' ')}${source}`;
}

function effectiveCell(panel: Panel, lang: Language): string {
  const window = effectiveText(panel, lang);
  if (window === null) return `–<small>${escapeHtml(effectiveReasonText(panel, lang))}</small>`;
  return `${escapeHtml(window.shown)}<small>${escapeHtml(window.disproved)}</small>`;
}

function accuracyCell(panel: Panel, lang: Language): string {
  const accuracy = accuracyText(panel, lang);
  if (accuracy === null) return '–';
  const about = [accuracy.n, accuracy.range, floorText(panel, lang)].filter((part) => part !== null);
  return `${escapeHtml(accuracy.mean)}<small>${escapeHtml(about.join(', '))}</small>`;
}

function gaps(panel: Panel, lang: Language): string {
  const parts = notScored(panel).map(({ mark, cells }) => `${cells} ${text(lang, mark)}`);
  return parts.length === 0 ? text(lang, 'none') : parts.join(', ');
}
