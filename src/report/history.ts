import { type ChangePoint, changePoints } from '../analysis/change-points.ts';
import type { Estimate, Panel } from '../analysis/panel.ts';
import { hashOf } from '../core/hash.ts';
import type { RunData } from '../results/run-data.ts';

/** One run's word on a model and task. */
export interface HistoryPoint {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The way to its report from where the page lies; null where there is none. */
  readonly link: string | null;
  readonly accuracy: Estimate | null;
  /** The effective length's bracket in tokens; null = not even the shortest, or none was computed (see `bar`). */
  readonly shown: number | null;
  readonly notDisproved: number | null;
  /** The bar of the bracket, 0 to 1; null where there is no effective length. */
  readonly bar: number | null;
  /** The longest length that was tested, in tokens. */
  readonly longest: number;
  /** Whether the run asked another grid, task version or text than the one before it: a change there may be ours, not the model's. */
  readonly regridded: boolean;
}

/** A model on a task over time. */
export interface HistoryLine {
  readonly model: string;
  readonly task: string;
  readonly simulated: boolean;
  /** By time. */
  readonly points: readonly HistoryPoint[];
  /** Where accuracy changed, with the chance of a split as clear without any change. */
  readonly changes: readonly ChangePoint[];
}

/** The runs behind a history, each with its panels and the way to its report. */
export interface HistoryInput {
  readonly run: RunData;
  readonly panels: readonly Panel[];
  readonly link: string | null;
}

/** One line a model and task in the order they first occur, its points by time. Imported charts are left out: they have no time. */
export function historyOf(inputs: readonly HistoryInput[]): HistoryLine[] {
  const byTime = inputs
    .filter(({ run }) => run.manifest.imported === null)
    .sort((a, b) => (a.run.manifest.startedAt < b.run.manifest.startedAt ? -1 : 1));
  const lines = new Map<string, { readonly panel: Panel; readonly input: HistoryInput }[]>();
  for (const input of byTime) {
    for (const panel of input.panels) {
      const name = JSON.stringify([panel.model.name, panel.task.id]);
      const line = lines.get(name);
      if (line === undefined) lines.set(name, [{ panel, input }]);
      else line.push({ panel, input });
    }
  }
  return [...lines.values()].map((entries) => lineOf(entries));
}

function lineOf(entries: readonly { readonly panel: Panel; readonly input: HistoryInput }[]): HistoryLine {
  const shapes = entries.map(({ panel, input }) => shapeOf(panel, input.run));
  const points = entries.map(({ panel, input }, index): HistoryPoint => {
    const { effective, overall, grid } = panel;
    return {
      run: panel.run,
      startedAt: input.run.manifest.startedAt,
      link: input.link,
      accuracy: overall,
      shown: effective?.shown ?? null,
      notDisproved: effective?.notDisproved ?? null,
      bar: effective?.bar ?? null,
      longest: Math.max(0, ...grid.contextLengths),
      regridded: index > 0 && shapes[index] !== shapes[index - 1],
    };
  });
  const counts = points.map(({ accuracy }) => {
    const n = Math.round(accuracy?.effectiveN ?? 0);
    return { n, k: Math.round((accuracy?.mean ?? 0) * n) };
  });
  const panels = entries.map(({ panel }) => panel);
  return {
    model: panels[0]?.model.name ?? '',
    task: panels[0]?.task.id ?? '',
    simulated: panels.some(({ model }) => model.simulated),
    points,
    changes: changePoints(counts),
  };
}

/** What must be equal for two runs' means to be of the same questions. The seed may differ: its texts are alike. */
function shapeOf({ grid, task }: Panel, { manifest }: RunData): string {
  const { contextLengths, depths, trials } = grid;
  return hashOf([contextLengths, depths, trials, task.name, task.version, manifest.corpus?.id ?? null]);
}
