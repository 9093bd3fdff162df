import type { CellSummary } from '../analysis/panel.ts';

/**
 * How a place without a score is drawn. `path` is the glyph in a box from −1 to 1 (stroked), so that it needs no
 * font; `symbol` is Plotly's name for the same shape; `text` stands in tables, terminals and Markdown.
 */
export const marks = {
  overflow: { text: '▲', symbol: 'triangle-up-open', path: 'M-1,.8L0,-.9L1,.8Z' },
  truncated: { text: '▼', symbol: 'triangle-down-open', path: 'M-1,-.8L0,.9L1,-.8Z' },
  no_answer: { text: '○', symbol: 'circle-open', path: 'M-.9,0A.9,.9 0 1 1 .9,0A.9,.9 0 1 1 -.9,0Z' },
  filtered: {
    text: '⊗',
    symbol: 'circle-x-open',
    path: 'M-.9,0A.9,.9 0 1 1 .9,0A.9,.9 0 1 1 -.9,0ZM-.6,-.6L.6,.6M-.6,.6L.6,-.6',
  },
  unreadable: { text: '◇', symbol: 'diamond-open', path: 'M0,-1L1,0L0,1L-1,0Z' },
  failed: { text: '×', symbol: 'x-thin-open', path: 'M-.8,-.8L.8,.8M-.8,.8L.8,-.8' },
  missing: { text: '·', symbol: 'line-ew-open', path: '' },
} as const satisfies Record<string, { text: string; symbol: string; path: string }>;
export type Mark = keyof typeof marks;
export const markNames = Object.keys(marks) as readonly Mark[];

/** Marks on scored places: the score stands, the glyph says what to look at. */
export const flagMarks = {
  cut: { text: '–', symbol: 'line-ew-open', path: 'M-.9,0L.9,0' },
  refusal: { text: '▪', symbol: 'square-open', path: 'M-.6,-.6L.6,-.6L.6,.6L-.6,.6Z' },
  degenerate: { text: '∗', symbol: 'asterisk-open', path: 'M-.9,0L.9,0M-.45,-.8L.45,.8M-.45,.8L.45,-.8' },
  hedged: { text: '+', symbol: 'cross-thin-open', path: 'M-.9,0L.9,0M0,-.9L0,.9' },
  needle_in_thoughts: {
    text: '◦',
    symbol: 'circle-open-dot',
    path: 'M-.8,0A.8,.8 0 1 1 .8,0A.8,.8 0 1 1 -.8,0ZM0,0h.01',
  },
} as const satisfies Record<string, { text: string; symbol: string; path: string }>;
export type FlagMark = keyof typeof flagMarks;
export const flagNames = Object.keys(flagMarks) as readonly FlagMark[];

/** The trials of a place that have no score, by mark; empty where every planned trial was scored. */
export function unscoredTrials(cell: CellSummary): Partial<Record<Mark, number>> {
  const counts: Partial<Record<Mark, number>> = {};
  const add = (mark: Mark, count: number): void => {
    if (count > 0) counts[mark] = (counts[mark] ?? 0) + count;
  };
  for (const [reason, count] of Object.entries(cell.unscored)) {
    add(markNames.includes(reason as Mark) ? (reason as Mark) : 'unreadable', count);
  }
  add('failed', cell.failed);
  add('missing', cell.missing);
  return counts;
}

/** The mark that stands for a place: the most frequent one, the earlier in the table where two are equal. */
export function leadingMark(counts: Partial<Record<Mark, number>>): Mark | null {
  let leading: Mark | null = null;
  for (const mark of markNames) {
    if ((counts[mark] ?? 0) > (leading === null ? 0 : (counts[leading] ?? 0))) leading = mark;
  }
  return leading;
}
