import type { ResolvedConfig } from '../config/resolved.ts';
import type { Cell } from '../core/cell.ts';
import type { CellOrder } from './order-cells.ts';

/** A cell as far as it decides what a server's prefix cache may serve of it. */
export interface CacheableCell {
  readonly cell: Cell;
  readonly promptTokens: number;
}

/** Names the text that a cell's haystack is made of; null for one of its own. */
export type SharedText = (cell: CacheableCell['cell']) => string | null;

/**
 * How cells share their texts: `shared`: those of one length and trial · `nested`: those of one trial · none with `fresh` haystacks, with
 * a salt in front (`order: bust`) or a question in front, which is another for every cell.
 */
export function sharedTextOf(
  config: Pick<ResolvedConfig, 'haystacks' | 'prompt'>,
  order: CellOrder,
): SharedText {
  const { haystacks, prompt } = config;
  if (haystacks === 'fresh' || order === 'bust' || prompt.questionPosition !== 'after') return () => null;
  if (haystacks === 'nested') return ({ trial }) => String(trial);
  return ({ trial, contextLength }) => `${trial} ${contextLength}`;
}

/**
 * Prompt tokens of each cell that a server's prefix cache may likely serve, `cells` in the order of the calls: two prompts on one text
 * are alike up to the shallower needle. Counted against the latest prompt that has been answered when the cell is asked, `concurrency`
 * places before: servers with one slot remember no more, and one that is still being read serves nobody. Tokens of the template and
 * the words in front are left out.
 */
export function likelyCached(
  cells: readonly CacheableCell[],
  options: { readonly sharedText: SharedText; readonly concurrency: number },
): number[] {
  return cells.map(({ cell, promptTokens }, i) => {
    const before = cells[i - options.concurrency];
    const text = options.sharedText(cell);
    if (before === undefined || text === null || options.sharedText(before.cell) !== text) return 0;
    return Math.floor(Math.min(before.cell.depth * before.promptTokens, cell.depth * promptTokens));
  });
}
