import type { Language } from '../core/language.ts';
import type { HeatmapFigure } from './figure.ts';
import { text } from './html/strings.ts';
import { flagMarks, flagNames, leadingMark, markNames, marks } from './marks.ts';
import { type ScoreScale, scoreNumber, scoreWithUnit } from './styles.ts';

export interface LegendEntry {
  readonly name: (typeof markNames)[number] | (typeof flagNames)[number];
  readonly glyph: string;
  readonly path: string;
  /** `gap`: no score; `flag`: a mark on a scored place. */
  readonly kind: 'gap' | 'flag';
  readonly trials: number;
}

/** The marks that a figure really holds, with the number of trials behind each, in the order of the tables. */
export function legendEntries(figure: HeatmapFigure): LegendEntry[] {
  const gaps = markNames.map((name) => ({
    name,
    glyph: marks[name].text,
    path: marks[name].path,
    kind: 'gap' as const,
    trials: figure.unscored.reduce((sum, place) => sum + (place.trials[name] ?? 0), 0),
  }));
  const flagged = flagNames.map((name) => ({
    name,
    glyph: flagMarks[name].text,
    path: flagMarks[name].path,
    kind: 'flag' as const,
    trials: figure.flagged.reduce((sum, place) => sum + (place.flags[name] ?? 0), 0),
  }));
  return [...gaps, ...flagged].filter(({ trials }) => trials > 0);
}

/** The legend as one line of text, empty where every place was scored without a flag. */
export function legendText(figure: HeatmapFigure, lang: Language): string {
  return legendEntries(figure)
    .map(({ name, glyph, trials }) => `${glyph} ${text(lang, name)}: ${trials}`)
    .join('   ');
}

/** The legend in lines that fit a picture of `width` pixels. */
export function legendLines(figure: HeatmapFigure, lang: Language, width: number): string[] {
  // About seven pixels a character; Chinese ones are twice as wide and half as many.
  const room = Math.max(20, Math.floor(width / (lang === 'zh' ? 10 : 7.4)));
  const lines: string[] = [];
  for (const { name, glyph, trials } of legendEntries(figure)) {
    const entry = `${glyph} ${text(lang, name)}: ${trials}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + entry.length <= room)
      lines[lines.length - 1] = `${last}   ${entry}`;
    else lines.push(entry);
  }
  return lines;
}

/** A title in lines that fit a picture of `width` pixels, broken between words; a publisher's at its colon where it must be. */
export function titleLines(title: string, width: number): string[] {
  const room = Math.max(16, Math.floor(width / 8.6));
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The title of a chart: the publisher's own for imports, else model and task, after SIMULATED where it is. */
export function chartTitle(figure: HeatmapFigure, lang: Language): string {
  const title = figure.titles.chart ?? text(lang, 'chart_of', { model: figure.model, task: figure.task });
  return figure.simulated ? `${text(lang, 'simulated')} · ${title}` : title;
}

/** How the figures were made or where they come from, in one line: it stands in every exported picture. */
export function sourceLine(figure: HeatmapFigure, lang: Language): string {
  if (figure.imported !== null) return text(lang, 'imported_from', { source: figure.imported.source });
  const { method } = figure;
  const simulated = figure.simulated ? [text(lang, 'simulated')] : [];
  const preview = figure.trials < 3 ? [text(lang, 'preview')] : [];
  const run = `${text(lang, 'run')} ${figure.run}`;
  if (method === null)
    return [...simulated, 'needlescope', run, `n = ${figure.trials}`, ...preview].join(' · ');
  const parts = [
    ...simulated,
    figure.task,
    text(lang, 'n_a_cell', { n: figure.trials }),
    ...preview,
    ...(method.corpus === null ? [] : [method.corpus]),
    method.date,
    run,
    `needlescope ${method.version}`,
  ];
  return parts.join(' · ');
}

/** What one place of a figure says, a line each: where, score, interval, trials without a score, flags. */
export function placeLines(
  figure: HeatmapFigure,
  depth: number,
  length: number,
  { lang, scale = 'percent' }: { readonly lang: Language; readonly scale?: ScoreScale },
): string[] {
  const where = `${text(lang, 'length')} ${figure.xLabels[length]} · ${text(lang, 'depth')} ${figure.yLabels[depth]} %`;
  const lines = [figure.simulated ? `${text(lang, 'simulated')} · ${where}` : where];
  const score = figure.z[depth]?.[length] ?? null;
  if (score !== null) {
    const interval = figure.intervals?.[depth]?.[length];
    const about =
      interval === undefined || interval === null
        ? ''
        : ` (n = ${interval[0]}, ${text(lang, scale === 'percent' ? 'range' : 'range_ten', { lower: scoreNumber(interval[1], scale), upper: scoreNumber(interval[2], scale) })})`;
    lines.push(`${text(lang, 'score')} ${scoreWithUnit(score, scale)}${about}`);
  }
  const gap = figure.unscored.find((place) => place.depth === depth && place.length === length);
  for (const name of markNames) {
    const trials = gap?.trials[name] ?? 0;
    if (trials > 0)
      lines.push(`${marks[name].text} ${text(lang, name)}${figure.trials > 1 ? ` × ${trials}` : ''}`);
  }
  const flagged = figure.flagged.find((place) => place.depth === depth && place.length === length);
  for (const name of flagNames) {
    const trials = flagged?.flags[name] ?? 0;
    if (trials > 0)
      lines.push(`${flagMarks[name].text} ${text(lang, name)}${figure.trials > 1 ? ` × ${trials}` : ''}`);
  }
  if (figure.imported !== null) lines.push(text(lang, 'imported_from', { source: figure.imported.source }));
  return lines;
}

/** The glyph of a place in text: that of its trials without a score, else of its first flag; empty for a plain score. */
export function placeGlyph(figure: HeatmapFigure, depth: number, length: number): string {
  const here = (place: { readonly depth: number; readonly length: number }): boolean =>
    place.depth === depth && place.length === length;
  const mark = leadingMark(figure.unscored.find(here)?.trials ?? {});
  if (mark !== null) return marks[mark].text;
  const flagged = figure.flagged.find(here)?.flags ?? {};
  const flag = flagNames.find((name) => (flagged[name] ?? 0) > 0);
  return flag === undefined ? '' : flagMarks[flag].text;
}
