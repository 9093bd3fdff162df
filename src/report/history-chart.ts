import type { Language } from '../core/language.ts';
import { formatLength } from '../core/length.ts';
import { percentNumber } from './axis-labels.ts';
import type { HistoryLine, HistoryPoint } from './history.ts';
import { historyText } from './history-strings.ts';
import { bilingual } from './html/bilingual.ts';
import { escapeHtml } from './html/escape.ts';
import { text } from './html/strings.ts';
import { pagePalette } from './palette.ts';
import { num } from './svg-number.ts';

const width = 720;
const left = 58;
const right = 14;
const bands = { accuracy: { top: 26, height: 150 }, effective: { top: 212, height: 90 } } as const;
const height = 330;
const { ink, soft, hatch, stamp } = pagePalette;

/** A line's accuracy with intervals above its effective brackets, runs from left to right, as an SVG for the page. */
export function historyChart(line: HistoryLine, lang: Language): string {
  const { points, changes, model, task, simulated } = line;
  const inner = width - left - right;
  const x = (index: number): number => left + (inner * (index + 0.5)) / Math.max(1, points.length);
  const label = `${simulated ? `${text(lang, 'simulated')} · ` : ''}${historyText(lang, 'title')}: ${model} · ${task}`;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}" font-size="11">`,
    axis(
      lang,
      'accuracy',
      [0, 0.5, 1].map((share) => [share, `${percentNumber(share)} %`]),
    ),
    axis(lang, 'effective', lengthTicks(points)),
    ...points.map((point, index) =>
      point.regridded ? gridMark(x(index) - inner / points.length / 2, lang) : '',
    ),
    ...changes.map(({ index }) => changeMark(x(index) - inner / points.length / 2)),
    accuracyPath(points, x),
    ...points.map((point, index) => pointMarks(point, { x: x(index), points, lang })),
    simulated
      ? `<text x="${num(left + inner / 2)}" y="${num(bands.accuracy.top + bands.accuracy.height * 0.62)}" text-anchor="middle" font-size="52" font-weight="700" fill="${stamp}" pointer-events="none">${escapeHtml(text(lang, 'simulated'))}</text>`
      : '',
    '</svg>',
  ].join('');
}

function axis(
  lang: Language,
  band: keyof typeof bands,
  ticks: readonly (readonly [share: number, label: string])[],
): string {
  const { top } = bands[band];
  const title = bilingual(
    lang,
    (each) => historyText(each, band),
    'text',
    `x="${left}" y="${top - 9}" fill="${soft}" font-size="12"`,
  );
  const lines = ticks.map(([share, label]) => {
    const y = num(heightAt(band, share));
    return `<path d="M${left} ${y}H${width - right}" stroke="${hatch}" stroke-width=".6"/><text x="${left - 8}" y="${y}" dy=".35em" text-anchor="end" fill="${soft}">${escapeHtml(label)}</text>`;
  });
  return title + lines.join('');
}

function heightAt(band: keyof typeof bands, share: number): number {
  const { top, height: tall } = bands[band];
  return top + tall * (1 - share);
}

/** Lengths are drawn by their logarithm, from a quarter of the shortest that is named to the longest that was tested. */
function lengthScale(points: readonly HistoryPoint[]): (length: number | null) => number {
  const named = points.flatMap(({ shown, notDisproved, longest }) =>
    [shown, notDisproved, longest].filter((length) => length !== null && length > 0),
  ) as number[];
  const low = Math.log(Math.min(...named, Number.MAX_SAFE_INTEGER) / 4);
  const high = Math.log(Math.max(...named, 1));
  return (length) => (length === null || !(high > low) ? 0 : (Math.log(length) - low) / (high - low));
}

function lengthTicks(points: readonly HistoryPoint[]): [number, string][] {
  const scale = lengthScale(points);
  const lengths = new Set<number>();
  for (const { shown, notDisproved, longest } of points) {
    for (const length of [shown, notDisproved, longest])
      if (length !== null && length > 0) lengths.add(length);
  }
  // Labels nearer than this would overlap.
  const least = 0.16;
  const ticks: [number, string][] = [[0, '0']];
  for (const length of [...lengths].sort((a, b) => b - a)) {
    const share = scale(length);
    if (ticks.every(([other]) => Math.abs(other - share) >= least)) ticks.push([share, formatLength(length)]);
  }
  return ticks;
}

function accuracyPath(points: readonly HistoryPoint[], x: (index: number) => number): string {
  let drawing = false;
  const steps = points.map(({ accuracy }, index) => {
    if (accuracy === null) {
      drawing = false;
      return '';
    }
    const step = `${drawing ? 'L' : 'M'}${num(x(index))} ${num(heightAt('accuracy', accuracy.mean))}`;
    drawing = true;
    return step;
  });
  return `<path d="${steps.join('')}" fill="none" stroke="var(--accent)" stroke-width="1.5"/>`;
}

function pointMarks(
  point: HistoryPoint,
  {
    x,
    points,
    lang,
  }: { readonly x: number; readonly points: readonly HistoryPoint[]; readonly lang: Language },
): string {
  const { accuracy, shown, notDisproved, bar, link, run, startedAt } = point;
  const scale = lengthScale(points);
  const at = num(x);
  const mean =
    accuracy === null
      ? ''
      : `<path d="M${at} ${num(heightAt('accuracy', accuracy.upper))}V${num(heightAt('accuracy', accuracy.lower))}" stroke="var(--accent)" stroke-width="1"/><circle cx="${at}" cy="${num(heightAt('accuracy', accuracy.mean))}" r="4" fill="var(--accent)"/>`;
  const [from, to] = [heightAt('effective', scale(shown)), heightAt('effective', scale(notDisproved))];
  const bracket =
    bar === null
      ? ''
      : `<path d="M${at} ${num(from)}V${num(to)}" stroke="${hatch}" stroke-width="5"/><path d="M${num(x - 6)} ${num(from)}h12" stroke="${ink}" stroke-width="2.4"/><path d="M${num(x - 6)} ${num(to)}h12" stroke="${soft}" stroke-width="1.2"/>`;
  const value = accuracy === null ? historyText(lang, 'not_scored') : `${percentNumber(accuracy.mean)} %`;
  const marks = `<g><title>${escapeHtml(`${run} · ${startedAt.slice(0, 10)} · ${value}`)}</title>${mean}${bracket}</g>`;
  return link === null ? marks : `<a href="${escapeHtml(link)}">${marks}</a>`;
}

function changeMark(x: number): string {
  return `<path class="change" d="M${num(x)} ${bands.accuracy.top}V${bands.accuracy.top + bands.accuracy.height}" stroke="${ink}" stroke-width="1.4" stroke-dasharray="5 3"/>`;
}

function gridMark(x: number, lang: Language): string {
  const title = `<title>${escapeHtml(historyText(lang, 'regridded_note'))}</title>`;
  return `<path d="M${num(x)} ${bands.accuracy.top}V${bands.effective.top + bands.effective.height}" stroke="${soft}" stroke-width="1" stroke-dasharray="1 3">${title}</path>`;
}
