import type { Panel } from '../analysis/panel.ts';
import { percentNumber } from './axis-labels.ts';
import { legendText, placeGlyph, sourceLine } from './captions.ts';
import { scoreRgb } from './colours.ts';
import { type HeatmapFigure, heatmapFigure } from './figure.ts';
import { accuracyText, claimedText, effectiveReasonText, effectiveText, floorText } from './panel-text.ts';

type TerminalColour = 'truecolor' | '256' | '16' | 'none';

export interface TerminalOptions {
  readonly color: TerminalColour;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Names come from configs and servers: nothing in them may steer the terminal. */
const plain = (value: string): string =>
  value.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** The nearest colour of the 6 × 6 × 6 cube of xterm's 256 colours. */
function cubeIndex(score: number): number {
  const level = (part: number): number => (part < 48 ? 0 : part < 115 ? 1 : Math.floor((part - 35) / 40));
  const [r, g, b] = scoreRgb(score);
  return 16 + 36 * level(r) + 6 * level(g) + level(b);
}

/** A cell's content on the colour of its score, dark on light so that it reads on every shade of the scale. */
function paint(content: string, score: number, color: TerminalColour): string {
  if (color === 'none') return content;
  if (color === 'truecolor')
    return `\u001b[48;2;${scoreRgb(score).join(';')};38;2;16;21;26m${content}\u001b[0m`;
  if (color === '256') return `\u001b[48;5;${cubeIndex(score)};38;5;16m${content}\u001b[0m`;
  return `\u001b[${score >= 0.75 ? 42 : score >= 0.25 ? 43 : 41};30m${content}\u001b[0m`;
}

/** Whether percents stand apart in cells of `room` columns: where colours do not part them, a space does. */
const percentsFit = (room: number, color: TerminalColour): boolean => room >= (color === 'none' ? 4 : 3);

/** A score in the room there is: percent, else tenths with `*` for full marks. */
function scoreText(score: number, inPercent: boolean): string {
  if (inPercent) return percentNumber(score, 0);
  return score === 1 ? '*' : String(Math.floor(score * 10));
}

function cellText(
  figure: HeatmapFigure,
  depth: number,
  length: number,
  room: number,
  color: TerminalColour,
): string {
  const score = figure.z[depth]?.[length] ?? null;
  const glyph = placeGlyph(figure, depth, length);
  if (score === null) return center(glyph, room);
  // Full marks need no number: the eye looks for what is missing.
  const inPercent = percentsFit(room, color) && room - glyph.length >= 2;
  const number = color !== 'none' && score === 1 ? '' : scoreText(score, inPercent);
  return paint(center(`${number}${glyph}`, room), score, color);
}

function center(content: string, room: number): string {
  const left = Math.floor((room - content.length) / 2);
  return `${' '.repeat(Math.max(0, left))}${content}`.padEnd(room);
}

/** Column labels, right-most kept whole: where labels would touch, every second (third …) one is left out. */
function headerLine(labels: readonly string[], room: number, indent: number): string {
  const widest = Math.max(...labels.map((label) => label.length));
  const step = Math.max(1, Math.ceil((widest + 1) / room));
  return (
    ' '.repeat(indent) +
    labels
      .map((label, i) => (i % step === 0 ? center(label, room * Math.min(step, labels.length - i)) : ''))
      .join('')
  ).trimEnd();
}

/** SIMULATED from edge to edge of a plot of `width` columns: what is copied out of it says what it is. */
function stampLine(width: number): string {
  const word = 'SIMULATED';
  const times = Math.max(1, Math.floor((width + 3) / (word.length + 3)));
  return Array.from({ length: times }, () => word).join(' · ');
}

function heatmapLines(figure: HeatmapFigure, { color, width }: TerminalOptions): string[] {
  const indent = Math.max(...figure.yLabels.map((label) => label.length)) + 3;
  const columns = figure.xLabels.length;
  const wanted = Math.max(...figure.xLabels.map((label) => label.length)) + 1;
  const fitting = Math.floor((width - indent) / columns);
  const room = Math.min(Math.max(4, wanted), Math.max(2, fitting));
  const perBlock = Math.max(1, Math.floor((width - indent) / room));
  const middle = Math.floor((figure.yLabels.length - 1) / 2);
  const lines: string[] = [];
  for (let from = 0; from < columns; from += perBlock) {
    const lengths = Array.from({ length: Math.min(perBlock, columns - from) }, (_, i) => from + i);
    lines.push(
      headerLine(
        lengths.map((i) => figure.xLabels[i] ?? ''),
        room,
        indent,
      ),
    );
    figure.yLabels.forEach((label, depth) => {
      const cells = lengths.map((length) => cellText(figure, depth, length, room, color)).join('');
      lines.push(`${`${label} % `.padStart(indent)}${cells}`.trimEnd());
      if (figure.simulated && depth === middle)
        lines.push(`${' '.repeat(indent)}${stampLine(lengths.length * room)}`);
    });
    lines.push('');
  }
  if (!percentsFit(room, color)) lines.push('cells: tenths of full marks, * = all');
  return lines;
}

function panelLines(panel: Panel, options: TerminalOptions): string[] {
  const figure = heatmapFigure(panel);
  const bold = (value: string): string => (options.color === 'none' ? value : `\u001b[1m${value}\u001b[0m`);
  const window = effectiveText(panel, 'en');
  const accuracy = accuracyText(panel, 'en');
  const floor = floorText(panel, 'en');
  const label = figure.simulated ? 'SIMULATED · ' : figure.imported ? 'IMPORTED · ' : '';
  const legend = legendText(figure, 'en');
  const effective =
    window === null ? `– (${effectiveReasonText(panel, 'en')})` : `${window.shown}, ${window.disproved}`;
  return [
    bold(plain(`${label}${figure.model} on ${figure.task}`)),
    `claimed: ${claimedText(panel, 'en')} · effective: ${plain(effective)}`,
    accuracy === null
      ? 'nothing scored'
      : `accuracy: ${accuracy.mean} (${accuracy.n}, ${accuracy.range}${floor === null ? '' : `; ${floor}`})`,
    ...heatmapLines(figure, options),
    ...(legend === '' ? [] : [legend]),
    plain(sourceLine(figure, 'en')),
    '',
  ];
}

/** Heatmaps for a terminal: columns are lengths, rows depths with 0 % on top; `none` prints percents instead of colours. */
export function renderTerminal(panels: readonly Panel[], options: TerminalOptions): string {
  return `${panels.flatMap((panel) => panelLines(panel, options)).join('\n')}\n`;
}
