import type { PlannedCell } from './job.ts';

/** The cells of one shard, `index` from 1 to `count`: by key, so that a shard's cells stay its own when the grid grows. */
export function shardCells(
  cells: readonly PlannedCell[],
  shard: { readonly index: number; readonly count: number } | null,
): readonly PlannedCell[] {
  if (shard === null) return cells;
  // 48 bits of the key are spread evenly over any number of shards that anybody has machines for.
  return cells.filter((cell) => Number.parseInt(cell.key.slice(0, 12), 16) % shard.count === shard.index - 1);
}
