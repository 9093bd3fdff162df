import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import { formatLength } from '../../core/length.ts';
import { percentNumber } from '../axis-labels.ts';
import type { DifferenceFigure } from '../difference.ts';
import { type LineSeries, renderLinesSvg } from '../svg-lines.ts';
import { foreign, phrase } from './bilingual.ts';
import { text } from './strings.ts';

/** Eight colours that are told apart with any colour vision (Okabe and Ito, 2008, and a grey), each with a dash of its own. */
const looks: readonly (readonly [string, string])[] = [
  ['#0072b2', ''],
  ['#d55e00', '7 3'],
  ['#009e73', '2 3'],
  ['#cc79a7', '9 3 2 3'],
  ['#b8860b', '5 2'],
  ['#3a9fd8', '1.5 2.5'],
  ['#7a7f85', '12 4'],
  ['#8f4fbf', '4 2 1 2'],
];

interface Entry {
  readonly panel: Panel;
  readonly index: number;
}

function taskChart(
  task: string,
  entries: readonly Entry[],
  { id, lang }: { readonly id: string; readonly lang: Language },
): string {
  const lengths = entries.flatMap(({ panel }) => panel.grid.contextLengths);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  const span = Math.max(1e-9, Math.log(most / least));
  // Lengths grow by factors; a little room keeps the first and last points off the frame.
  const at = (length: number): number => 0.03 + (0.94 * Math.log(length / least)) / span;
  const series = entries.map(({ panel }, i): LineSeries => {
    const [colour, dash] = looks[i % looks.length] ?? ['#0072b2', ''];
    return {
      colour,
      dash,
      points: panel.lengths.map(({ contextLength, score }) =>
        score === null
          ? null
          : {
              x: at(contextLength),
              y: score.mean,
              lower: score.lower,
              upper: score.upper,
              says: `${panel.model.name} · ${formatLength(contextLength)}: ${percentNumber(score.mean)} % (${percentNumber(score.lower)} – ${percentNumber(score.upper)}, n = ${score.n})`,
            },
      ),
    };
  });
  const ticks = [...new Set(lengths)].sort((a, b) => a - b);
  const powers = Array.from({ length: 24 }, (_, i) => 1000 * 2 ** i).filter((n) => n >= least && n <= most);
  const labelled = powers.length >= 3 ? powers : ticks;
  const simulated = entries.some(({ panel }) => panel.model.simulated);
  const svg = renderLinesSvg({
    width: 1100,
    height: 320,
    series,
    xTicks: labelled.map((length) => ({ at: at(length), label: formatLength(length) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((tick) => ({ at: tick, label: String(tick * 100) })),
    max: 1.04,
    bars: [],
    stamp: simulated ? text(lang, 'simulated') : null,
    labelledBy: id,
  });
  const keys = entries.map(({ panel, index }, i) => {
    const [colour, dash] = looks[i % looks.length] ?? ['#0072b2', ''];
    return `<li><svg class="stroke" viewBox="0 0 28 8" aria-hidden="true"><path d="M1,4H27" stroke="${colour}" stroke-width="2.4" stroke-dasharray="${dash}"/></svg><a href="#panel-${index}">${foreign(panel.model.name)}</a></li>`;
  });
  return `<div class="overlay"><h3 id="${id}">${phrase(lang, 'by_length')} <span class="task">${foreign(task)}</span></h3><div class="scroll wide-chart" tabindex="0" role="region" aria-labelledby="${id}">${svg}</div><ul class="legend">${keys.join('')}</ul></div>`;
}

/** At most this many lines are told apart in one chart. */
const mostLines = looks.length;

/** Models against each other: accuracy by length, a chart a task, and the map of differences that the script draws. */
export function compareSection(
  panels: readonly Panel[],
  differences: readonly DifferenceFigure[],
  lang: Language,
): string {
  const tasks = new Map<string, Entry[]>();
  for (const [index, panel] of panels.entries()) {
    // Measured, simulated and imported never share a chart.
    const kind = panel.model.simulated ? 'simulated' : panel.imported === null ? 'measured' : 'imported';
    const name = `${kind} ${panel.task.id}`;
    const entries = tasks.get(name);
    if (entries === undefined) tasks.set(name, [{ panel, index }]);
    else entries.push({ panel, index });
  }
  const charts = [...tasks.values()].flatMap((entries, i) => {
    const parts: string[] = [];
    if (entries.length < 2) return parts;
    for (let from = 0; from < entries.length; from += mostLines) {
      const task = entries[0]?.panel.task.id ?? '';
      parts.push(
        taskChart(task, entries.slice(from, from + mostLines), { id: `compare-${i}-${from}`, lang }),
      );
    }
    return parts;
  });
  const difference =
    differences.length === 0
      ? ''
      : `<div id="difference" hidden><h3>${phrase(lang, 'difference')}</h3><p class="note">${phrase(lang, 'difference_note')}</p><div class="pick"><label>${phrase(lang, 'base')} <select id="difference-base"></select></label><label>${phrase(lang, 'candidate')} <select id="difference-candidate"></select></label></div><div class="picture"></div><p class="counts" aria-live="polite"></p></div>`;
  if (charts.length === 0 && difference === '') return '';
  return `<section class="card compare" aria-labelledby="compare-title"><h2 id="compare-title">${phrase(lang, 'compare')}</h2><div class="overlays">${charts.join('')}${difference}</div></section>`;
}
