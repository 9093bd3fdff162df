import { createHash } from 'node:crypto';
import type { Language } from '../../core/language.ts';
import { verdictText } from '../panel-text.ts';
import { holdsSimulated, type ReportView } from '../report-view.ts';
import { type ScoreScale, type StyleName, scoreScales, styleNames, styles } from '../styles.ts';
import { panelTrends } from '../trends.ts';
import { bilingual, phrase } from './bilingual.ts';
import { compareSection } from './compare-section.ts';
import { escapeHtml } from './escape.ts';
import { evidenceSection } from './evidence-section.ts';
import { glance } from './glance.ts';
import { notScoredSection } from './not-scored.ts';
import { pack, packPage } from './pack-page.ts';
import { panelSection } from './panel-section.ts';
import { provenance } from './provenance.ts';
import { type StringKey, text } from './strings.ts';
import { styleSheet } from './style.ts';
import { summaryTable } from './summary-table.ts';

/** Plotly as the page gets it: packed inside the file, or as a script beside it that many reports share. */
type PlotlySource =
  | { readonly gzipBase64: string; readonly sha256: string }
  /** Relative to the page. */
  | { readonly href: string };

export interface HtmlOptions {
  readonly plotly: PlotlySource;
  /** The page's own script, bundled. */
  readonly script: string;
  /** `auto`: English, and Chinese where the browser asks for it. @default 'auto' */
  readonly lang?: Language | 'auto';
  /** @default 'article' */
  readonly style?: StyleName;
  /** How scores are written; the style's own way where it is left out. */
  readonly scale?: ScoreScale;
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('base64');

/** Only the two scripts of this report may run, nothing may be fetched, and no form or base can lead elsewhere. */
function contentPolicy({ script, plotly }: HtmlOptions): string {
  // A file beside the page has no origin that a hash could be checked against: only files of the same place may run.
  const library = 'href' in plotly ? "'self' file:" : `'sha256-${plotly.sha256}'`;
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}' ${library}`,
    // Plotly writes its style sheet at run time.
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function pageTitle(view: ReportView, lang: Language): string {
  const models = [...new Set(view.panels.map(({ model }) => model.name))];
  const named = models.length > 3 ? `${models.slice(0, 3).join(', ')}, …` : models.join(', ');
  return `${holdsSimulated(view) ? `${text(lang, 'simulated')} · ` : ''}${text(lang, 'report')}: ${named}`;
}

const date = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** The one sentence of every measured model; where there is none, what the report is about. */
function opening(view: ReportView, lang: Language): string {
  const verdicts = view.panels.filter((panel) => verdictText(panel, lang) !== null);
  if (verdicts.length === 0) return `<p class="lede">${phrase(lang, 'lede')}</p>`;
  return verdicts
    .map((panel) => bilingual(lang, (l) => verdictText(panel, l) ?? '', 'p', 'class="headline"'))
    .join('');
}

function select(
  id: string,
  label: StringKey,
  options: readonly (readonly [string, (lang: Language) => string])[],
  lang: Language,
  chosen: string,
): string {
  const items = options.map(([value, name]) =>
    bilingual(lang, name, 'option', `value="${value}"${value === chosen ? ' selected' : ''}`),
  );
  return `<label>${phrase(lang, label)} <select id="${id}">${items.join('')}</select></label>`;
}

/** The report as one HTML file that needs nothing else and asks for nothing. */
export function renderHtml(view: ReportView, options: HtmlOptions): string {
  if (/<\/script|<!--/i.test(options.script)) throw new Error('the page script would end its own element');
  const wanted = options.lang ?? 'auto';
  const lang: Language = wanted === 'auto' ? 'en' : wanted;
  const style = options.style ?? 'article';
  const scale = options.scale ?? styles[style].scale;
  const { data, rows } = packPage(view, { style, scale });
  const trends = panelTrends(view);
  const sections = view.panels.flatMap((panel, index) => {
    const [figure, trend] = [data.figures[index], trends[index]];
    if (figure === undefined || trend === undefined) return [];
    return [panelSection(panel, { index, figure, trends: trend, lang, style, scale })];
  });
  const notice = holdsSimulated(view) ? `<p class="notice">${phrase(lang, 'simulated_notice')}</p>` : '';
  const styleOptions = styleNames.map((name) => [name, (l: Language) => styles[name].name[l]] as const);
  const scaleOptions = scoreScales.map((name) => [name, (l: Language) => text(l, name)] as const);
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}" data-lang="${wanted}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentPolicy(options))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="needlescope ${escapeHtml(view.tool.version)}">
${bilingual(lang, (l) => pageTitle(view, l), 'title')}
<style>${styleSheet}</style>
</head>
<body>
<header class="top">
<div class="opening"><h1>${phrase(lang, 'report')}</h1>
${opening(view, lang)}
<p class="made">${phrase(lang, 'made', { date: `${date(view.generatedAt)} UTC`, version: view.tool.version })}</p></div>
<div class="switches" hidden>${select('style', 'style', styleOptions, lang, style)}${select('scale', 'score_scale', scaleOptions, lang, scale)}<button type="button" id="language">${phrase(lang, 'language')}</button><button type="button" id="theme">${phrase(lang, 'theme')}</button></div>
</header>
<main>
${notice}
${glance(view.panels, data.figures, lang)}
<section class="card" aria-labelledby="summary-title"><h2 id="summary-title">${phrase(lang, 'summary')}</h2>
${summaryTable(view, lang)}</section>
<h2 class="between">${phrase(lang, 'charts')} <span class="hint">${phrase(lang, 'chart_hint')}</span></h2>
<div class="panels">
${sections.join('\n')}
</div>
${compareSection(view.panels, data.differences, lang)}
${evidenceSection(lang)}
${notScoredSection(view.panels, lang)}
<section class="card provenance" aria-labelledby="provenance-title"><h2 id="provenance-title">${phrase(lang, 'provenance')}</h2>
<p class="method">${phrase(lang, 'method')}</p>
<div class="runs">${view.runs.map((run) => provenance(run, lang)).join('\n')}</div></section>
</main>
<aside id="detail" hidden role="dialog" aria-labelledby="detail-title"></aside>
<div id="live" class="sr" aria-live="polite"></div>
<script type="application/gzip+base64" id="data">${pack(data)}</script>
<script>${options.script}</script>
${rows.map((part) => `<script type="application/gzip+base64" class="rows">${part}</script>`).join('\n')}
${library(options.plotly)}
</body>
</html>
`;
}

function library(plotly: PlotlySource): string {
  return 'href' in plotly
    ? `<script type="text/plain" id="plotly" data-href="${escapeHtml(plotly.href)}"></script>`
    : `<script type="application/gzip+base64" id="plotly">${plotly.gzipBase64}</script>`;
}
