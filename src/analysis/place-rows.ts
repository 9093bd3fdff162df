import type { Cell } from '../core/cell.ts';
import type { Result } from '../core/result.ts';
import type { Grid } from '../results/manifest.ts';
import type { RunData } from '../results/run-data.ts';

/** Depths are fractions that went through JSON and division: equal up to this. */
const depthTolerance = 1e-9;

/** One place of a grid with the rows of its trials, by trial; trials without a row are left out. */
export interface Slot {
  readonly contextLength: number;
  readonly depth: number;
  readonly rows: readonly Result[];
}

/** A grid of the manifest, its lengths and depths ascending, with `slots[depthIndex][lengthIndex]`. */
export interface PlacedGrid {
  readonly grid: Grid;
  readonly slots: readonly (readonly Slot[])[];
}

/** Every row in its place, and the number of rows that no grid of the manifest has a place for. */
export function placeRows(run: RunData): {
  readonly grids: readonly PlacedGrid[];
  readonly unplaced: number;
} {
  const open = run.manifest.grids.map(openGrid);
  let unplaced = 0;
  for (const row of run.results) {
    const trials = open.map((grid) => grid.find(row.cell)).find((found) => found !== null);
    if (trials === undefined) unplaced += 1;
    else {
      // Two rows of one cell have two keys (the call was changed in between): the later one stands.
      if (trials.has(row.cell.trial)) unplaced += 1;
      trials.set(row.cell.trial, row);
    }
  }
  return { grids: open.map((grid) => grid.close()), unplaced };
}

interface OpenGrid {
  /** The rows so far of the place that `cell` belongs to, by trial; null where this grid has none. */
  find(cell: Cell): Map<number, Result> | null;
  close(): PlacedGrid;
}

function openGrid(given: Grid): OpenGrid {
  const grid: Grid = {
    ...given,
    contextLengths: ascending(given.contextLengths),
    depths: ascending(given.depths),
  };
  const places = grid.depths.map((depth) =>
    grid.contextLengths.map((contextLength) => ({
      contextLength,
      depth,
      trials: new Map<number, Result>(),
    })),
  );
  return {
    find: (cell) => {
      if (cell.model !== grid.model || cell.task !== grid.task) return null;
      if (!Number.isInteger(cell.trial) || cell.trial < 0 || cell.trial >= grid.trials) return null;
      const row = grid.depths.findIndex((depth) => Math.abs(depth - cell.depth) <= depthTolerance);
      return places[row]?.[grid.contextLengths.indexOf(cell.contextLength)]?.trials ?? null;
    },
    close: () => ({
      grid,
      slots: places.map((row) =>
        row.map(({ contextLength, depth, trials }) => ({
          contextLength,
          depth,
          rows: [...trials].sort(([a], [b]) => a - b).map(([, result]) => result),
        })),
      ),
    }),
  };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
