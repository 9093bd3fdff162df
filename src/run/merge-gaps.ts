import type { Result } from '../core/result.ts';
import type { RunData } from '../results/run-data.ts';
import type { PlannedKey } from './planned-keys.ts';
import { shardOf } from './shard.ts';

/** What one shard of a model still lacks. */
export interface MergeGap {
  readonly model: string;
  readonly shard: { readonly index: number; readonly count: number };
  /** The folder of the shard; null where none of the merged runs is that shard. */
  readonly dir: string | null;
  readonly status: 'missing' | 'interrupted' | 'failed';
  readonly planned: number;
  /** Cells without a row. */
  readonly missing: number;
  /** Cells whose call failed to the end. */
  readonly failed: number;
}

/** The shards of each model that lack rows or hold failed ones, by model in the order of the runs, then by number. */
export function mergeGaps(
  runs: readonly RunData[],
  planned: readonly PlannedKey[],
  rows: ReadonlyMap<string, Result>,
): MergeGap[] {
  const counts = new Map<string, number>();
  for (const { manifest } of runs) {
    for (const { name } of manifest.models) counts.set(name, manifest.shard?.count ?? 1);
  }
  return [...counts].flatMap(([model, count]) =>
    Array.from({ length: count }, (_, i) => i + 1).flatMap((index) => {
      const keys = planned.filter(({ key, cell }) => cell.model === model && shardOf(key, count) === index);
      const missing = keys.filter(({ key }) => !rows.has(key)).length;
      const failed = keys.filter(({ key }) => rows.get(key)?.outcome === 'failed').length;
      if (missing + failed === 0) return [];
      const dir =
        runs.find(
          ({ manifest }) =>
            manifest.models.some(({ name }) => name === model) && (manifest.shard?.index ?? 1) === index,
        )?.dir ?? null;
      const status = missing === 0 ? 'failed' : dir === null ? 'missing' : 'interrupted';
      return [
        { model, shard: { index, count }, dir, status, planned: keys.length, missing, failed } as const,
      ];
    }),
  );
}

/** A gap as a sentence, with what to do about it. */
export function gapLine({ model, shard, dir, status, planned, missing, failed }: MergeGap): string {
  const which = shard.count === 1 ? model : `${model}: shard ${shard.index}/${shard.count}`;
  const failures = failed === 0 ? '' : `${failed} of ${planned} cells failed`;
  switch (status) {
    case 'missing':
      return `${which} is missing: ${missing} of ${planned} cells have no row; run it and merge again`;
    case 'interrupted':
      return `${which} in ${dir} was interrupted: ${[`${missing} of ${planned} cells have no row`, ...(failures === '' ? [] : [failures])].join(', ')}; run its command again, it resumes, and merge again`;
    case 'failed':
      return `${which}${dir === null ? '' : ` in ${dir}`}: ${failures}; run its command again, it asks only these, and merge again`;
  }
}
