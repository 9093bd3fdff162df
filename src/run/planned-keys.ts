import type { Cell } from '../core/cell.ts';
import type { Manifest } from '../results/manifest.ts';
import { type CallIdentity, cellKeys } from './cell-identity.ts';

/** A cell that a run was to ask, and its result key. */
export interface PlannedKey {
  readonly key: string;
  readonly cell: Cell;
}

/** Every cell of a run's grids with its key, from the manifest alone, in the order of the grids; none for imports and older manifests. */
export function plannedKeys({ grids, identities }: Pick<Manifest, 'grids' | 'identities'>): PlannedKey[] {
  return grids.flatMap(({ model, task, contextLengths, depths, trials }) => {
    const identity = identities?.[`${model} / ${task}`];
    if (identity === undefined) return [];
    const keyOf = cellKeys(identity as CallIdentity);
    return contextLengths.flatMap((contextLength) =>
      depths.flatMap((depth) =>
        Array.from({ length: trials }, (_, trial) => {
          const cell: Cell = { model, task, contextLength, depth, trial };
          return { key: keyOf(cell), cell };
        }),
      ),
    );
  });
}
