import type { Resolution } from '../config/resolve.ts';
import type { ResolvedModel } from '../config/resolved.ts';
import type { Cell } from '../core/cell.ts';
import type { Result } from '../core/result.ts';
import { orderCells } from './order-cells.ts';
import { sharedTextOf } from './prefix-cache.ts';
import type { ModelLoad } from './run-estimate.ts';
import { isFinished } from './tally.ts';

/** A cell as a plan without any text knows it. */
interface PlainCell {
  readonly cell: Cell;
  readonly promptTokens: number;
}

/** What a run would ask its models, in the order of the calls, less what `rows` have settled; `lengthsOf`: the lengths of a model. */
export function planLoads(
  { config, connections }: Pick<Resolution, 'config' | 'connections'>,
  options: {
    readonly lengthsOf: (model: ResolvedModel) => readonly number[];
    readonly rows: readonly Result[];
  },
): ModelLoad[] {
  const settled = new Set(options.rows.filter(isFinished).map(({ cell }) => placeOf(cell)));
  const addresses = [...new Set([...connections.values()].map(({ baseUrl }) => baseUrl))];
  return config.models.map((model) => {
    const cells = config.tasks.flatMap(({ id }) => cellsOf(model, id, options.lengthsOf(model)));
    return {
      model: model.name,
      endpoint:
        config.execution.concurrency === 1
          ? 0
          : addresses.indexOf(connections.get(model.name)?.baseUrl ?? null),
      cells: orderCells(cells, model.order, config.seed).filter(({ cell }) => !settled.has(placeOf(cell))),
      maxTokens: model.maxTokens,
      price: model.price,
      sharedText: sharedTextOf(config, model.order),
    };
  });
}

/** In the order of `planCells`, so that the same seed shuffles them alike. */
function cellsOf(model: ResolvedModel, task: string, contextLengths: readonly number[]): PlainCell[] {
  return contextLengths.flatMap((contextLength) =>
    model.depths.flatMap((depth) =>
      Array.from({ length: model.trials }, (_, trial) => ({
        cell: { model: model.name, task, contextLength, depth, trial },
        promptTokens: Math.max(0, contextLength - model.maxTokens),
      })),
    ),
  );
}

function placeOf({ model, task, contextLength, depth, trial }: Cell): string {
  return JSON.stringify([model, task, contextLength, depth, trial]);
}
