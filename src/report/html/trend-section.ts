import type { Panel } from '../../analysis/panel.ts';
import type { Language } from '../../core/language.ts';
import { percentNumber } from '../axis-labels.ts';
import { groupedNumber } from '../panel-text.ts';
import { type LineSeries, renderLinesSvg, roundTicks } from '../svg-lines.ts';
import type { PanelTrends, TrendPoint } from '../trends.ts';
import { phrase } from './bilingual.ts';
import { escapeHtml } from './escape.ts';
import { type StringKey, text } from './strings.ts';

type Points = readonly (TrendPoint | null)[];

interface Trend {
  readonly title: StringKey;
  readonly labels: readonly string[];
  readonly points: Points;
  /** Where accuracies lie on 0–100 %, else the axis ends on a round number. */
  readonly share: boolean;
  readonly bar: number | null;
}

const some = (points: Points): boolean => points.some((point) => point !== null);

/** A time or rate as short as an axis label: 1500 → `1.5k`. */
const short = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toPrecision(3))}k` : String(Number(value.toPrecision(3)));

function says(trend: Trend, label: string, point: TrendPoint): string {
  const shown = trend.share ? (value: number) => `${percentNumber(value)} %` : short;
  const around =
    point.lower === point.upper ? '' : ` (${shown(point.lower)} – ${shown(point.upper)}, n = ${point.n})`;
  return `${label}: ${shown(point.value)}${around}`;
}

function chart(trend: Trend, id: string, panel: Panel, lang: Language): string {
  const { labels, points } = trend;
  const at = (i: number): number => (i + 0.5) / labels.length;
  const largest = Math.max(0, ...points.map((point) => point?.upper ?? 0));
  const ticks = trend.share ? [0, 0.25, 0.5, 0.75, 1] : roundTicks(largest);
  const series: LineSeries = {
    colour: 'var(--accent)',
    dash: '',
    points: points.map((point, i) =>
      point === null
        ? null
        : {
            x: at(i),
            y: point.value,
            lower: point.lower,
            upper: point.upper,
            says: says(trend, labels[i] ?? '', point),
          },
    ),
  };
  const svg = renderLinesSvg({
    width: 264,
    height: 142,
    series: [series],
    xTicks: labels.map((label, i) => ({ at: at(i), label })),
    yTicks: ticks.map((tick) => ({ at: tick, label: trend.share ? String(tick * 100) : short(tick) })),
    max: (ticks.at(-1) ?? 1) * (trend.share ? 1.04 : 1),
    bars: trend.bar === null ? [] : [{ y: trend.bar, colour: 'var(--bar)' }],
    stamp: panel.model.simulated ? text(lang, 'simulated') : null,
    labelledBy: id,
  });
  return `<div class="trend"><h4 id="${id}">${phrase(lang, trend.title)}</h4>${svg}</div>`;
}

function trendTable(panel: Panel, trends: PanelTrends, lang: Language): string {
  const columns: readonly (readonly [StringKey, Points, (value: number) => string])[] = [
    ['accuracy', trends.byLength, (value) => `${percentNumber(value)} %`],
    ['latency', trends.latency, (value) => `${groupedNumber(value)} ms`],
    ['ttft', trends.ttft, (value) => `${groupedNumber(value)} ms`],
    ['prompt_rate', trends.promptRate, groupedNumber],
    ['answer_rate', trends.answerRate, groupedNumber],
  ];
  const used = columns.filter(([, points]) => some(points));
  const head = used.map(([key]) => `<th scope="col">${phrase(lang, key)}</th>`).join('');
  const rows = trends.lengths.map((label, i) => {
    const cells = used.map(([key, points, shown]) => {
      const point = points[i] ?? null;
      if (point === null) return '<td>–</td>';
      const interval =
        key === 'accuracy'
          ? ` <span class="soft">${percentNumber(point.lower)}–${percentNumber(point.upper)}, n = ${point.n}</span>`
          : '';
      return `<td>${escapeHtml(shown(point.value))}${interval}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(label)}</th>${cells.join('')}</tr>`;
  });
  const stamp = panel.model.simulated ? `<span class="badge sim">${phrase(lang, 'simulated')}</span> ` : '';
  return `<table class="by-length"><caption>${stamp}${phrase(lang, 'trend_caption')}</caption><thead><tr><th scope="col">${phrase(lang, 'length')}</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** One panel against length and depth: accuracy with its intervals and bar at once, times behind a fold. */
export function trendSection(
  panel: Panel,
  trends: PanelTrends,
  { index, lang }: { readonly index: number; readonly lang: Language },
): { readonly accuracy: string; readonly speed: string; readonly table: string } {
  const byLength = { labels: trends.lengths, share: false, bar: null };
  const bar = panel.effective?.bar ?? null;
  const accuracy: readonly Trend[] = [
    { title: 'by_length', labels: trends.lengths, points: trends.byLength, share: true, bar },
    { title: 'by_depth', labels: trends.depths, points: trends.byDepth, share: true, bar: null },
  ];
  const speed: readonly Trend[] = [
    { ...byLength, title: 'ttft_chart', points: trends.ttft },
    { ...byLength, title: 'latency_chart', points: trends.latency },
    { ...byLength, title: 'prompt_rate_chart', points: trends.promptRate },
    { ...byLength, title: 'answer_rate_chart', points: trends.answerRate },
  ];
  const drawn = (list: readonly Trend[], name: string): string =>
    list
      .map((trend, i) => (some(trend.points) ? chart(trend, `${name}-${index}-${i}`, panel, lang) : ''))
      .join('');
  const cached =
    trends.cachedShare === null || trends.cachedShare === 0
      ? ''
      : `<p class="note">${phrase(lang, 'cached_share', { share: percentNumber(trends.cachedShare) })}</p>`;
  const speedCharts = drawn(speed, 'speed');
  return {
    accuracy: `<div class="trends">${drawn(accuracy, 'accuracy')}</div>`,
    speed:
      speedCharts === ''
        ? ''
        : `<details class="speed"><summary>${phrase(lang, 'speed')}</summary><p class="note">${phrase(lang, 'speed_note')}</p>${cached}<div class="trends">${speedCharts}</div></details>`,
    table: trendTable(panel, trends, lang),
  };
}
