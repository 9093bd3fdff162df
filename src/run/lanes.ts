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
}

/** The models of one endpoint, those that have cells left from the first on. */
interface Lane {
  readonly models: readonly ModelCells[];
  model: number;
  cell: number;
}

/**
 * Models at different endpoints take turns; models at one endpoint go one after the other, since a server that holds one model at a
 * time would load it anew for every call. Within a model the cells keep their order.
 */
export function createLanes(models: readonly ModelCells[]): Lanes {
  const byPool = new Map<EndpointPool, ModelCells[]>();
  for (const model of models) {
    const { pool } = model.state;
    byPool.set(pool, [...(byPool.get(pool) ?? []), model]);
  }
  const lanes: Lane[] = [...byPool.values()].map((of) => ({ models: of, model: 0, cell: 0 }));
  let turn = 0;
  return {
    next: () => {
      let blocked = false;
      for (let i = 0; i < lanes.length; i++) {
        const dealt = deal(lanes[(turn + i) % lanes.length]);
        if (dealt === 'blocked') blocked = true;
        else if (dealt !== null) {
          turn = (turn + i + 1) % lanes.length;
          return dealt;
        }
      }
      return blocked ? 'blocked' : null;
    },
  };
}

function deal(lane: Lane | undefined): Turn | 'blocked' | null {
  for (let model = lane?.models[lane.model]; lane !== undefined && model !== undefined; ) {
    const { state, cells } = model;
    const planned = cells[lane.cell];
    if (planned === undefined || state.over.signal.aborted) {
      model = lane.models[++lane.model];
      lane.cell = 0;
      continue;
    }
    if (state.alone === 'running') return 'blocked';
    if (state.alone === 'needed') state.alone = 'running';
    lane.cell++;
    return { state, planned };
  }
  return null;
}
