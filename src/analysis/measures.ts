import { areaUnderCurve, lostInTheMiddle, pointEffectiveLength, weightedAverages } from './curve.ts';
import { effectiveLength, rulerBar } from './effective-length.ts';
import { oneSidedBounds } from './estimate.ts';
import type { EffectiveLength, Estimate, LengthSummary, Panel } from './panel.ts';
import { wilson } from './wilson.ts';

/** What one model's curve on one task comes to, each null where nothing was scored that it could be told from. */
export interface Measures {
  /** Mean score over a logarithmic axis of lengths, 0 to 1. */
  readonly areaUnderCurve: number | null;
  /** Ends less middle, −1 to 1. */
  readonly lostInTheMiddle: number | null;
  /** RULER's averages, over the lengths that were scored. */
  readonly weightedAverages: { readonly increasing: number; readonly decreasing: number } | null;
  /** The largest length whose mean, and that of all shorter ones, reaches the bar of the bracket; drawn, never headlined. */
  readonly pointEffectiveLength: number | null;
  /** What the maker claims beside what holds, in tokens; `shownShare` = shown ÷ claimed, null where either is unknown. */
  readonly claimed: {
    readonly window: number | null;
    readonly shown: number | null;
    readonly notDisproved: number | null;
    readonly shownShare: number | null;
  };
}

/** The measures of a panel's curve. */
export function measuresOf({ model, lengths, depths, grid, effective }: Panel): Measures {
  const points = lengths.flatMap(({ contextLength, score }) =>
    score === null ? [] : [{ contextLength, score: score.mean }],
  );
  const window = model.windows.claimed ?? model.windows.documented ?? model.windows.config;
  const shown = effective?.shown ?? null;
  return {
    areaUnderCurve: areaUnderCurve(points),
    lostInTheMiddle: lostInTheMiddle(
      depths.flatMap((score, index) =>
        score === null ? [] : [{ depth: grid.depths[index] as number, score: score.mean }],
      ),
    ),
    weightedAverages: weightedAverages(points.map(({ score }) => score)),
    pointEffectiveLength: effective === null ? null : pointEffectiveLength(points, effective.bar),
    claimed: {
      window,
      shown,
      notDisproved: effective?.notDisproved ?? null,
      shownShare: window === null || effective === null ? null : (shown ?? 0) / window,
    },
  };
}

/** Several tasks of one model in one run as one: each task counts alike, whatever its number of cells. */
export interface SuiteSummary {
  readonly run: string;
  readonly model: string;
  /** Ids of the tasks, in the run's order. */
  readonly tasks: readonly string[];
  /** Lengths that all tasks were tested at, ascending; a length that one task has no score for has none. */
  readonly lengths: readonly LengthSummary[];
  readonly overall: Estimate | null;
  /** By RULER's bar, which is one of many tasks' average. */
  readonly effective: EffectiveLength | null;
}

/** The suites among panels: models with two tasks or more in one run, in the order of the panels. */
export function suitesOf(panels: readonly Panel[]): SuiteSummary[] {
  const groups = new Map<string, Panel[]>();
  for (const panel of panels) {
    const name = JSON.stringify([panel.run, panel.model.name]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [panel]);
    else group.push(panel);
  }
  return [...groups.values()].filter((group) => group.length > 1).map(suiteOf);
}

function suiteOf(group: readonly Panel[]): SuiteSummary {
  const [first] = group as [Panel, ...Panel[]];
  const lengths = first.lengths
    .map(({ contextLength }) =>
      group.flatMap((panel) => panel.lengths.filter((each) => each.contextLength === contextLength)),
    )
    .filter((columns) => columns.length === group.length)
    .map(lengthOfSuite);
  return {
    run: first.run,
    model: first.model.name,
    tasks: group.map(({ task }) => task.id),
    lengths,
    overall: averageOf(group.map(({ overall }) => overall)),
    effective: effectiveLength(lengths, { rule: 'absolute', bar: rulerBar }).effective,
  };
}

function lengthOfSuite(columns: readonly LengthSummary[]): LengthSummary {
  const score = averageOf(columns.map((column) => column.score));
  const planned = columns.reduce((sum, column) => sum + column.planned, 0);
  const scored = columns.reduce((sum, column) => sum + column.scored, 0);
  return {
    contextLength: columns[0]?.contextLength ?? 0,
    score,
    oneSided: score === null ? null : oneSidedBounds(score),
    floor: columns.reduce((sum, { floor }) => sum + floor, 0) / columns.length,
    coverage: Math.min(...columns.map(({ coverage }) => coverage)),
    planned,
    scored,
  };
}

/**
 * The mean of means with its 95 % interval, null where one is missing. The variance of a mean of T means is Σ v/n over T²; v is at most
 * that of the pooled share, so n = T² ÷ Σ 1/n errs on the wide side.
 */
function averageOf(estimates: readonly (Estimate | null)[]): Estimate | null {
  const known = estimates.filter((each) => each !== null);
  if (known.length === 0 || known.length < estimates.length) return null;
  const mean = known.reduce((sum, each) => sum + each.mean, 0) / known.length;
  const effectiveN = known.length ** 2 / known.reduce((sum, each) => sum + 1 / each.effectiveN, 0);
  const n = known.reduce((sum, each) => sum + each.n, 0);
  return { n, effectiveN, mean, ...wilson(mean * effectiveN, effectiveN, 0.95, 2) };
}
