import type { EndpointPool } from './endpoint-pool.ts';
import type { PlannedCell } from './job.ts';
import type { ModelState } from './model-state.ts';

/** One cell to ask, with the state of its model. */
export interface Turn {
  readonly state: ModelState;
  readonly planned: PlannedCell;
}

/** The cells of one model that are still to be asked. */
export interface ModelCells {
  readonly state: ModelState;
  readonly cells: readonly PlannedCell[];
}

/** Deals out cells. */
export interface Lanes {
  /** The next cell; `blocked` while every model left waits for its first answer; null when none is left. */
  next(): Turn | 'blocked' | null;
  /** The next `most` cells of each endpoint's present model, which stay where they are. */
  upcoming(most: number): readonly Turn[];
}

/** The models of one endpoint, those that have cells left from the first on. */
interface Lane {
  readonly models: readonly ModelCells[];
  model: number;
  cell: number;
}

/** Models by the pool of their endpoint, both in the order given. */
export function byEndpoint(models: readonly ModelCells[]): ReadonlyMap<EndpointPool, readonly ModelCells[]> {
  const found = new Map<EndpointPool, ModelCells[]>();
  for (const model of models) {
    const { pool } = model.state;
    const others = found.get(pool);
    if (others === undefined) found.set(pool, [model]);
    else others.push(model);
  }
  return found;
}

/**
 * Models at different endpoints take turns; models at one endpoint go one after the other, since a server that holds one model at a
 * time would load it anew for every call. Within a model the cells keep their order.
 */
export function createLanes(models: readonly ModelCells[]): Lanes {
  const lanes: Lane[] = [...byEndpoint(models).values()].map((of) => ({ models: of, model: 0, cell: 0 }));
  let turn = 0;
  return {
    next: () => {
      let blocked = false;
      for (let i = 0; i < lanes.length; i++) {
        const lane = lanes[(turn + i) % lanes.length];
        const dealt = lane === undefined ? null : deal(lane);
        if (dealt === 'blocked') blocked = true;
        else if (dealt !== null) {
          turn = (turn + i + 1) % lanes.length;
          return dealt;
        }
      }
      return blocked ? 'blocked' : null;
    },
    upcoming: (most) =>
      lanes.flatMap(({ models: own, model, cell }) => {
        const at = own[model];
        if (at === undefined) return [];
        return at.cells.slice(cell, cell + most).map((planned) => ({ state: at.state, planned }));
      }),
  };
}

function deal(lane: Lane): Turn | 'blocked' | null {
  for (;;) {
    const model = lane.models[lane.model];
    if (model === undefined) return null;
    const { state, cells } = model;
    const planned = cells[lane.cell];
    if (planned !== undefined && !state.over.signal.aborted) {
      if (state.alone === 'running') return 'blocked';
      if (state.alone === 'needed') state.alone = 'running';
      lane.cell++;
      return { state, planned };
    }
    lane.model++;
    lane.cell = 0;
  }
}
