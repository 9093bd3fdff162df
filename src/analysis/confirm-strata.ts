import type { Result } from '../core/result.ts';
import type { RunData } from '../results/run-data.ts';
import { clusterNames, haystacksOf } from './clusters.ts';
import { overallVerdict } from './compare-runs.ts';
import type { Comparison, ConfirmedStratum, Stratum } from './comparison.ts';
import { leastCoverage } from './effective-length.ts';
import { estimate, iccOf, type Observation } from './estimate.ts';
import type { Estimate } from './panel.ts';
import { wilson } from './wilson.ts';

/**
 * The chance of one false confirmation, were the base's figure the truth. It is small because the base is the same as before:
 * where its luck made a regression appear, fresh trials meet the same luck again.
 */
const confirmError = 0.01;

/** A stratum to ask again: all its lengths, or the one. */
export interface StratumToConfirm {
  readonly model: string;
  readonly task: string;
  readonly contextLengths: readonly number[];
}

/**
 * What must be asked again before a comparison's regressions count: for each model and task the lengths that seem worse, or all of
 * them where none does by itself. Empty without a regression.
 */
export function strataToConfirm({ strata }: Comparison): StratumToConfirm[] {
  const worse = strata.filter(({ verdict }) => verdict === 'regression');
  return groupsOf(worse).map((group) => {
    const [first] = group as [Stratum, ...Stratum[]];
    const lengths = group.flatMap(({ contextLength }) => (contextLength === null ? [] : [contextLength]));
    const all = strata
      .filter((each) => isSameTask(each, first) && each.contextLength !== null)
      .map(({ contextLength }) => contextLength as number);
    return {
      model: first.candidateModel,
      task: first.task,
      contextLengths: lengths.length > 0 ? lengths : all,
    };
  });
}

/**
 * The comparison with its regressions held against fresh trials of the candidate: a stratum stays a regression only where the upper
 * bound of (fresh − base) lies under −tolerance, with 1 % for all strata together; else it is inconclusive, or incomplete
 * where too few fresh trials were answered. All lengths of a task together stand or fall with the lengths that were asked.
 */
export function confirmStrata(
  comparison: Comparison,
  runs: { readonly base: RunData; readonly fresh: readonly RunData[] },
): Comparison {
  const worse = comparison.strata.filter(({ verdict }) => verdict === 'regression');
  const asked = groupsOf(worse).flatMap((group) => {
    const lengths = group.filter(({ contextLength }) => contextLength !== null);
    return lengths.length > 0 ? lengths : group;
  });
  const level = confirmError / Math.max(1, asked.length);
  const confirmation = asked.map((stratum) =>
    confirm(stratum, { ...runs, level, tolerance: comparison.tolerance }),
  );
  const strata = comparison.strata.map((stratum): Stratum => {
    if (stratum.verdict !== 'regression') return stratum;
    const own = confirmation.filter(({ id }) =>
      asked.some((each) => each.id === id && isSameTask(each, stratum)),
    );
    const answers = own.some(({ id }) => id === stratum.id) ? own.filter(({ id }) => id === stratum.id) : own;
    if (answers.some(({ confirmed }) => confirmed)) return stratum;
    const answered = answers.every(({ asked: n, failed }) => n > 0 && n / (n + failed) >= leastCoverage);
    return { ...stratum, verdict: answered ? 'inconclusive' : 'incomplete' };
  });
  return { ...comparison, strata, confirmation, verdict: overallVerdict(strata) };
}

interface Confirming {
  readonly base: RunData;
  readonly fresh: readonly RunData[];
  readonly level: number;
  readonly tolerance: number;
}

function confirm(stratum: Stratum, { base, fresh, level, tolerance }: Confirming): ConfirmedStratum {
  const before = answersOf([base], stratum.baseModel, stratum);
  const after = answersOf(fresh, stratum.candidateModel, stratum);
  const { id } = stratum;
  if (before.estimate === null || after.estimate === null) {
    const nothing = { candidate: null, difference: null, upper: null, confirmed: false };
    return { id, asked: 0, failed: after.failed, ...nothing };
  }
  const difference = after.estimate.mean - before.estimate.mean;
  const upper =
    difference + Math.hypot(boundOf(after.estimate, level).up, boundOf(before.estimate, level).down);
  const asked = after.estimate.n;
  return {
    id,
    asked,
    failed: after.failed,
    candidate: after.estimate.mean,
    difference,
    upper,
    confirmed: upper < -tolerance && asked / (asked + after.failed) >= leastCoverage,
  };
}

/**
 * How far the bounds lie from the mean: the parts of an interval on the difference of two independent shares. Newcombe, "Interval
 * estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
 */
function boundOf(
  { mean, effectiveN }: Estimate,
  level: number,
): { readonly up: number; readonly down: number } {
  const { lower, upper } = wilson(mean * effectiveN, effectiveN, 1 - level, 1);
  return { up: upper - mean, down: mean - lower };
}

/** The answers of one model to a stratum's cells, an unscored one as 0; those that failed or have no row are counted only. */
function answersOf(
  runs: readonly RunData[],
  model: string,
  { task, contextLength }: Stratum,
): { readonly estimate: Estimate | null; readonly failed: number } {
  const parts = runs.map(({ manifest, results }) => {
    const rows = results.filter(
      ({ cell }) =>
        cell.model === model &&
        cell.task === task &&
        (contextLength === null || cell.contextLength === contextLength),
    );
    const names = clusterNames(rows, haystacksOf(manifest.config));
    const observations = rows.flatMap((row, index): (Observation & { length: number })[] =>
      row.outcome === 'failed'
        ? []
        : [
            {
              value: scoreOf(row),
              cluster: `${manifest.run}/${names[index]}`,
              length: row.cell.contextLength,
            },
          ],
    );
    const grid = manifest.grids.find((each) => each.model === model && each.task === task);
    const lengths = grid?.contextLengths.filter(
      (length) => contextLength === null || length === contextLength,
    );
    const planned = (lengths?.length ?? 0) * (grid?.depths.length ?? 0) * (grid?.trials ?? 0);
    return { observations, failed: Math.max(planned, rows.length) - observations.length };
  });
  const observations = parts.flatMap((part) => part.observations);
  const lengths = [...new Set(observations.map(({ length }) => length))];
  const icc = iccOf(lengths.map((length) => observations.filter((each) => each.length === length)));
  return {
    estimate: estimate(observations, icc),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function scoreOf({ score }: Result): number {
  return score?.value ?? 0;
}

function groupsOf(strata: readonly Stratum[]): Stratum[][] {
  const groups: Stratum[][] = [];
  for (const stratum of strata) {
    const group = groups.find(([first]) => first !== undefined && isSameTask(first, stratum));
    if (group === undefined) groups.push([stratum]);
    else group.push(stratum);
  }
  return groups;
}

function isSameTask(a: Stratum, b: Stratum): boolean {
  return a.baseModel === b.baseModel && a.candidateModel === b.candidateModel && a.task === b.task;
}
