import type { Cell } from '../core/cell.ts';
import { randomStream } from '../core/random.ts';

export type CellOrder = 'random' | 'cache' | 'bust';

/**
 * The order in which cells are asked. `random` spreads lengths and depths over the run, so that an interrupted one is a sample of the whole.
 * `cache` asks neighbours after one another: cells of one text by ascending depth share the prefix up to the
 * shallower needle. `bust` is `random` for prompts that begin with a salt of their own.
 */
export function orderCells<Placed extends { readonly cell: Cell }>(
  cells: readonly Placed[],
  order: CellOrder,
  seed: number,
): Placed[] {
  if (order !== 'cache') return randomStream(seed, 'order').shuffle(cells);
  return [...cells].sort(
    (a, b) =>
      compare(a.cell.task, b.cell.task) ||
      a.cell.trial - b.cell.trial ||
      a.cell.contextLength - b.cell.contextLength ||
      a.cell.depth - b.cell.depth,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
