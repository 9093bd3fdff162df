import { createHash } from 'node:crypto';
import type { Language } from '../../core/language.ts';
import { holdsSimulated, type ReportView } from '../report-view.ts';
import { bilingual, phrase } from './bilingual.ts';
import { escapeHtml, scriptJson } from './escape.ts';
import { pageData } from './page-data.ts';
import { panelSection } from './panel-section.ts';
import { provenance } from './provenance.ts';
import { text } from './strings.ts';
import { styleSheet } from './style.ts';
import { summaryTable } from './summary-table.ts';

export interface HtmlOptions {
  /** Plotly's bundle, gzipped, and the SHA-256 (base64) of the code inside. */
  readonly plotly: { readonly gzipBase64: string; readonly sha256: string };
  /** The page's own script, bundled. */
  readonly script: string;
  /** `auto`: English, and Chinese where the browser asks for it. @default 'auto' */
  readonly lang?: Language | 'auto';
}

/** Only the two scripts of this file may run, nothing may be fetched, and no form or base can lead elsewhere. */
function contentPolicy(options: HtmlOptions): string {
  const script = createHash('sha256').update(options.script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${script}' 'sha256-${options.plotly.sha256}'`,
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

/** The report as one HTML file that needs nothing else and asks for nothing. */
export function renderHtml(view: ReportView, options: HtmlOptions): string {
  if (/<\/script|<!--/i.test(options.script)) throw new Error('the page script would end its own element');
  const wanted = options.lang ?? 'auto';
  const lang: Language = wanted === 'auto' ? 'en' : wanted;
  const notice = holdsSimulated(view) ? `<p class="notice">${phrase(lang, 'simulated_notice')}</p>` : '';
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
<div><h1>${phrase(lang, 'report')}</h1>
<p class="lede">${phrase(lang, 'lede')}</p>
<p class="made">${phrase(lang, 'made', { date: `${date(view.generatedAt)} UTC`, version: view.tool.version })}</p></div>
<div class="switches" hidden><button type="button" id="language">${phrase(lang, 'language')}</button><button type="button" id="theme">${phrase(lang, 'theme')}</button></div>
</header>
<main>
${notice}
<section class="card" aria-labelledby="summary-title"><h2 id="summary-title">${phrase(lang, 'summary')}</h2>
${summaryTable(view, lang)}</section>
<h2 class="between">${phrase(lang, 'charts')} <span class="hint">${phrase(lang, 'chart_hint')}</span></h2>
<div class="panels">
${view.panels.map((panel, index) => panelSection(panel, index, lang)).join('\n')}
</div>
<section class="card provenance" aria-labelledby="provenance-title"><h2 id="provenance-title">${phrase(lang, 'provenance')}</h2>
<p class="method">${phrase(lang, 'method')}</p>
<div class="runs">${view.runs.map((run) => provenance(run, lang)).join('\n')}</div></section>
</main>
<aside id="detail" hidden role="dialog" aria-labelledby="detail-title"></aside>
<div id="live" class="sr" aria-live="polite"></div>
<script type="application/json" id="data">${scriptJson(pageData(view))}</script>
<script type="application/gzip+base64" id="plotly">${options.plotly.gzipBase64}</script>
<script>${options.script}</script>
</body>
</html>
`;
}
