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

/**
 * Models at different addresses take turns; models at one address go one after the other, since a server that holds one model at a
 * time would load it anew for every call. Within a model the cells keep their order.
 */
export function createLanes(models: readonly ModelCells[]): Lanes {
  const addresses = [...new Set(models.map(({ state }) => state.job.baseUrl))];
  const lanes = addresses.map((address) =>
    models
      .filter(({ state }) => state.job.baseUrl === address)
      .map(({ state, cells }) => ({ state, cells, position: 0 })),
  );
  let turn = 0;
  return {
    next: () => {
      let blocked = false;
      for (let i = 0; i < lanes.length; i++) {
        const lane = lanes[(turn + i) % lanes.length] ?? [];
        const model = lane.find(
          ({ state, cells, position }) => position < cells.length && !state.over.signal.aborted,
        );
        const planned = model?.cells[model.position];
        if (model === undefined || planned === undefined) continue;
        if (model.state.alone === 'running') {
          blocked = true;
          continue;
        }
        if (model.state.alone === 'needed') model.state.alone = 'running';
        model.position++;
        turn = (turn + i + 1) % lanes.length;
        return { state: model.state, planned };
      }
      return blocked ? 'blocked' : null;
    },
  };
}
