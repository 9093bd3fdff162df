import type { PlannedCell } from './job.ts';

/** The shard, from 1 to `count`, that a result key belongs to: by the key alone, so that a shard's cells stay its own when the grid grows. */
export function shardOf(key: string, count: number): number {
  // 48 bits of the key are spread evenly over any number of shards that anybody has machines for.
  return (Number.parseInt(key.slice(0, 12), 16) % count) + 1;
}

/** The cells of one shard, `index` from 1 to `count`. */
export function shardCells(
  cells: readonly PlannedCell[],
  shard: { readonly index: number; readonly count: number } | null,
): readonly PlannedCell[] {
  if (shard === null) return cells;
  return cells.filter((cell) => shardOf(cell.key, shard.count) === shard.index);
}
