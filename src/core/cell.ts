/** One place in the grid. `contextLength` in tokens, template and answer included; `depth` from 0 (first) to 1 (last). */
export interface Cell {
  /** The label of the model in this run. */
  readonly model: string;
  /** The task's `id`, else its name. */
  readonly task: string;
  readonly contextLength: number;
  readonly depth: number;
  /** 0, 1, 2 … */
  readonly trial: number;
}
