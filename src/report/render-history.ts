import { createHash } from 'node:crypto';
import type { Language } from '../core/language.ts';
import { formatLength } from '../core/length.ts';
import { percentNumber } from './axis-labels.ts';
import type { HistoryLine, HistoryPoint } from './history.ts';
import { historyChart } from './history-chart.ts';
import { type HistoryKey, historyText } from './history-strings.ts';
import { bilingual, foreign, phrase } from './html/bilingual.ts';
import { escapeHtml } from './html/escape.ts';
import { text } from './html/strings.ts';
import { styleSheet } from './html/style.ts';

// The one thing the page does: the other language waits in `data-other`, and the button swaps them.
const script = `const button=document.getElementById('language');button.parentElement.hidden=false;button.onclick=()=>{const html=document.documentElement;html.lang=html.lang==='en'?'zh-CN':'en';for(const each of document.querySelectorAll('[data-other]')){const other=each.dataset.other;each.dataset.other=each.textContent;each.textContent=other}};`;

export interface HistoryPageOptions {
  readonly lang: Language;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly toolVersion: string;
}

/** The history as one HTML file that needs nothing else and asks for nothing. */
export function renderHistory(lines: readonly HistoryLine[], options: HistoryPageOptions): string {
  const { lang, generatedAt, toolVersion } = options;
  const simulated = lines.some((line) => line.simulated);
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  const say = (key: HistoryKey): string => bilingual(lang, (each) => historyText(each, key));
  const title = bilingual(
    lang,
    (each) => `${simulated ? `${text(each, 'simulated')} · ` : ''}${historyText(each, 'title')}`,
    'title',
  );
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="needlescope ${escapeHtml(toolVersion)}">
${title}
<style>${styleSheet}.history svg{display:block;width:100%;max-width:900px;height:auto}.history .panel{margin-bottom:20px}</style>
</head>
<body>
<header class="top">
<div><h1>${say('title')}</h1>
<p class="lede">${say('lede')}</p>
<p class="made">${phrase(lang, 'made', { date: `${dateOf(generatedAt)} UTC`, version: toolVersion })}</p></div>
<div class="switches" hidden><button type="button" id="language">${say('language')}</button></div>
</header>
<main class="history">
${simulated ? `<p class="notice">${phrase(lang, 'simulated_notice')}</p>` : ''}
${lines.length === 0 ? `<p>${say('empty')}</p>` : lines.map((line) => section(line, lang)).join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function section(line: HistoryLine, lang: Language): string {
  const { model, task, simulated, points, changes } = line;
  const badge = simulated ? `<span class="badge sim">${phrase(lang, 'simulated')}</span>` : '';
  const found = changes.map(({ index, before, after, p }) =>
    bilingual(
      lang,
      (each) =>
        historyText(each, 'change', {
          run: points[index]?.run ?? '',
          before: percentNumber(before),
          after: percentNumber(after),
          p: p.toPrecision(2),
        }),
      'p',
      'class="verdict"',
    ),
  );
  const none = bilingual(
    lang,
    (each) => historyText(each, 'no_change', { n: points.length }),
    'p',
    'class="note"',
  );
  return `<section class="panel"><header><h3>${foreign(model)} <span class="task">${foreign(task)}</span></h3>${badge}</header>
${found.length === 0 ? none : found.join('\n')}
<figure>${historyChart(line, lang)}</figure>
<div class="scroll"><table class="summary"><thead><tr>${(
    ['run', 'date', 'cells', 'accuracy_short', 'shown', 'not_disproved'] as const
  )
    .map((key) => `<th>${bilingual(lang, (each) => historyText(each, key))}</th>`)
    .join('')}</tr></thead>
<tbody>${[...points]
    .reverse()
    .map((point) => tableRow(point, lang))
    .join('\n')}</tbody></table></div></section>`;
}

function tableRow(point: HistoryPoint, lang: Language): string {
  const { run, startedAt, link, accuracy, regridded, bar } = point;
  const name = link === null ? foreign(run) : `<a href="${escapeHtml(link)}">${foreign(run)}</a>`;
  const note = regridded ? `<small>${bilingual(lang, (each) => historyText(each, 'regridded'))}</small>` : '';
  const mean =
    accuracy === null
      ? bilingual(lang, (each) => historyText(each, 'not_scored'))
      : `${percentNumber(accuracy.mean)} % <small>${percentNumber(accuracy.lower)}–${percentNumber(accuracy.upper)} %</small>`;
  const length = (tokens: number | null): string => {
    if (tokens !== null) return formatLength(tokens);
    return bilingual(lang, (each) => historyText(each, bar === null ? 'not_computed' : 'none'));
  };
  return `<tr><td>${name}${note}</td><td>${escapeHtml(dateOf(startedAt))}</td><td>${accuracy?.n ?? 0}</td><td>${mean}</td><td>${length(point.shown)}</td><td>${length(point.notDisproved)}</td></tr>`;
}

function dateOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
