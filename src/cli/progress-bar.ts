import type { Money } from '../run/cost.ts';
import { duration, money, tokens } from './figures.ts';
import { sumText } from './plan-lines.ts';

/** What is known of a run while it goes on. */
export interface ProgressFacts {
  readonly cells: number;
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  /** Prompt tokens, repeated requests included. */
  readonly sentTokens: number;
  readonly costs: readonly Money[];
  /** USD that the run may use, and has used; null without such a budget. */
  readonly budget: { readonly most: number; readonly used: number } | null;
  /** Milliseconds; null: not known yet. */
  readonly leftMs: number | null;
}

/** Figures of a higher rank than this are worth less than the bar. */
const barRank = 4;

/**
 * One line of at most `columns` characters, less one so that no terminal wraps it: a bar of the cells done, and the figures. Where
 * the line is narrow a figure of no weight makes way for the bar, then the bar for the others, then what matters least goes.
 */
export function progressBar(facts: ProgressFacts, columns: number): string {
  const room = Math.max(20, columns - 1);
  const figures = figuresOf(facts);
  const width = barWidth(columns);
  while (figures.length > 1) {
    const least = figures.reduce((found, figure) => (figure.rank > found.rank ? figure : found));
    const needed = textOf(figures).length + (least.rank > barRank ? width : 0);
    if (needed <= room) break;
    figures.splice(figures.indexOf(least), 1);
  }
  const text = textOf(figures).slice(0, room);
  if (width === 0 || width + text.length > room) return text;
  const cells = width - 1;
  const filled = facts.cells === 0 ? cells : Math.round((facts.done / facts.cells) * cells);
  return `${'━'.repeat(filled)}${'─'.repeat(cells - filled)} ${text}`;
}

/** The bar with the space behind it: as wide as its terminal allows, whatever the figures, so that they keep their place. */
function barWidth(columns: number): number {
  if (columns >= 110) return 31;
  if (columns >= 90) return 19;
  return columns >= 60 ? 11 : 0;
}

interface Figure {
  readonly text: string;
  /** Higher ones go first where there is no room. */
  readonly rank: number;
}

function figuresOf(facts: ProgressFacts): Figure[] {
  const { budget, costs, leftMs } = facts;
  const cost = budget === null ? sumText(costs) : `${money(budget.used)} of ${money(budget.most)}`;
  return [
    { text: `${facts.done}/${facts.cells} cells`, rank: 0 },
    ...(facts.running > 0 ? [{ text: `${facts.running} running`, rank: 5 }] : []),
    ...(facts.failed > 0 ? [{ text: `${facts.failed} failed`, rank: 2 }] : []),
    { text: `${tokens(facts.sentTokens)} tokens sent`, rank: 4 },
    ...(costs.length > 0 || budget !== null ? [{ text: cost, rank: 3 }] : []),
    { text: leftMs === null ? 'time left …' : `${duration(roundUp(leftMs))} left`, rank: 1 },
  ];
}

/** Whole seconds, one at least: a time that is guessed has no milliseconds. */
function roundUp(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000)) * 1_000;
}

function textOf(figures: readonly Figure[]): string {
  return figures.map(({ text }) => text).join(' · ');
}
