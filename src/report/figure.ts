import type { Panel } from '../analysis/panel.ts';
import type { Flag } from '../core/score.ts';
import type { Manifest } from '../results/manifest.ts';
import { depthLabels, lengthLabels } from './axis-labels.ts';
import { type Mark, unscoredTrials } from './marks.ts';

/** A place of which at least one trial has no score. */
interface UnscoredPlace {
  readonly depth: number;
  readonly length: number;
  /** Trials by mark. */
  readonly trials: Readonly<Partial<Record<Mark, number>>>;
}

/** A scored place with something to look at. `depth` and `length` are indices. */
export interface FlaggedPlace {
  readonly depth: number;
  readonly length: number;
  readonly flags: Readonly<Partial<Record<Flag, number>>>;
}

/** A heatmap as plain JSON: what the SVG, Plotly, the terminal and Markdown draw. Indices are `[depth][length]`. */
export interface HeatmapFigure {
  readonly id: string;
  readonly run: string;
  readonly model: string;
  readonly task: string;
  readonly simulated: boolean;
  readonly imported: { readonly source: string } | null;
  /** The publisher's titles; null for our own. */
  readonly titles: { readonly chart: string | null; readonly x: string | null; readonly y: string | null };
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  readonly xLabels: readonly string[];
  readonly yLabels: readonly string[];
  readonly trials: number;
  /** What an exported picture says of its making; null where the run was not at hand, and for imports. */
  readonly method: { readonly version: string; readonly corpus: string | null; readonly date: string } | null;
  /** Mean scores from 0 to 1; null where nothing was scored. */
  readonly z: readonly (readonly (number | null)[])[];
  /** `[n, lower, upper]` per place; null for runs of one trial, where an interval says nothing. */
  readonly intervals: readonly (readonly (readonly [number, number, number] | null)[])[] | null;
  readonly unscored: readonly UnscoredPlace[];
  readonly flagged: readonly FlaggedPlace[];
}

const round = (value: number): number => Number(value.toFixed(4));

/** The figure of one panel: pure data, the same for every format. */
export function heatmapFigure(panel: Panel): HeatmapFigure {
  const unscored: UnscoredPlace[] = [];
  const flagged: FlaggedPlace[] = [];
  panel.cells.forEach((row, depth) => {
    row.forEach((cell, length) => {
      const trials = unscoredTrials(cell);
      if (Object.keys(trials).length > 0) unscored.push({ depth, length, trials });
      if (Object.keys(cell.flags).length > 0) flagged.push({ depth, length, flags: cell.flags });
    });
  });
  return {
    id: panel.id,
    run: panel.run,
    model: panel.model.name,
    task: panel.task.id,
    simulated: panel.model.simulated,
    imported: panel.imported === null ? null : { source: panel.imported.source },
    titles: {
      chart: panel.imported?.title ?? null,
      x: panel.imported?.xTitle ?? null,
      y: panel.imported?.yTitle ?? null,
    },
    lengths: panel.grid.contextLengths,
    depths: panel.grid.depths,
    xLabels: lengthLabels(panel.grid.contextLengths),
    yLabels: depthLabels(panel.grid.depths),
    trials: panel.grid.trials,
    method: null,
    z: panel.cells.map((row) => row.map((cell) => (cell.score === null ? null : round(cell.score.mean)))),
    intervals:
      panel.grid.trials > 1
        ? panel.cells.map((row) =>
            row.map(({ score }) =>
              score === null ? null : [score.n, round(score.lower), round(score.upper)],
            ),
          )
        : null,
    unscored,
    flagged,
  };
}

/** The same with what an exported picture says of its making: version, corpus and date of the panel's run. */
export function figureOfRun(panel: Panel, runs: readonly Manifest[]): HeatmapFigure {
  const figure = heatmapFigure(panel);
  const run = runs.find((each) => each.run === panel.run);
  if (run === undefined || panel.imported !== null) return figure;
  const date = (run.finishedAt ?? run.startedAt).slice(0, 10);
  return { ...figure, method: { version: run.tool.version, corpus: run.corpus?.id ?? null, date } };
}
