import type { ExitName } from '../core/exit-codes.ts';
import { formatLength } from '../core/length.ts';
import { leastCoverage } from './effective-length.ts';
import { noEffectiveReasons } from './no-effective-length.ts';
import type { Panel, Percentiles } from './panel.ts';
import { formatMeasure, type Operator, type Threshold } from './threshold.ts';

/** `incomplete`: too little was scored to say; it neither passes nor fails. */
type ThresholdVerdict = 'met' | 'not_met' | 'incomplete';

/** One threshold on one panel, or on the whole run. */
export interface ThresholdResult {
  readonly threshold: Threshold;
  /** The `id` of the panel; null for what is counted over the whole run (`failed`, `cost`). */
  readonly panel: string | null;
  readonly verdict: ThresholdVerdict;
  /** In the unit of the measure; null where there is no value. */
  readonly actual: number | null;
  /** A sentence: where, what was found, what was expected, and why nothing can be said if so. */
  readonly message: string;
}

/** All thresholds of a run: the one object that text, JSON, JUnit and the exit code are made from. */
export interface ThresholdEvaluation {
  /** `not_met` where one is not met, else `incomplete` where one is; `met` without thresholds. */
  readonly verdict: ThresholdVerdict;
  readonly exit: Extract<ExitName, 'done' | 'gate' | 'incomplete'>;
  readonly results: readonly ThresholdResult[];
}

/** A threshold's value and verdict before it is put in words. */
interface Finding {
  readonly verdict: ThresholdVerdict;
  readonly actual: number | null;
  /** Said behind the value, e.g. on how many cells it rests. */
  readonly detail: string;
}

/**
 * Every threshold against every panel, in the order given; `failed` and `cost` once, over all panels together. Without
 * panels every threshold is `incomplete`.
 */
export function evaluateThresholds(
  thresholds: readonly Threshold[],
  panels: readonly Panel[],
): ThresholdEvaluation {
  const results = thresholds.flatMap((threshold) => {
    if (panels.length === 0) return [resultOf(threshold, null, nothing('the run has no cells'))];
    if (threshold.measure === 'failed') return [resultOf(threshold, null, findFailed(threshold, panels))];
    if (threshold.measure === 'cost') return [resultOf(threshold, null, findCost(threshold, panels))];
    return panels.map((panel) => resultOf(threshold, panel, findInPanel(threshold, panel)));
  });
  const verdict = verdictOf(results);
  return { verdict, exit: exits[verdict], results };
}

const exits = { met: 'done', not_met: 'gate', incomplete: 'incomplete' } as const;

function verdictOf(results: readonly ThresholdResult[]): ThresholdVerdict {
  if (results.some(({ verdict }) => verdict === 'not_met')) return 'not_met';
  return results.some(({ verdict }) => verdict === 'incomplete') ? 'incomplete' : 'met';
}

function findInPanel(threshold: Threshold, panel: Panel): Finding {
  switch (threshold.measure) {
    case 'accuracy':
      return findAccuracy(threshold, panel);
    case 'coverage':
      return findCoverage(threshold, panel);
    case 'effectiveLength':
      return findEffectiveLength(threshold, panel);
    default:
      return findTime(threshold, panel);
  }
}

function findAccuracy(threshold: Threshold, panel: Panel): Finding {
  const { planned, scored, sum } = totalOf(threshold, panel);
  if (planned === 0) return nothing(`no tested length in ${rangeLabel(threshold)}`);
  if (scored / planned < leastCoverage) return nothing(tooLittle(scored, planned));
  const actual = sum / scored;
  return { verdict: compare(threshold, actual), actual, detail: `over ${scored} of ${planned} cells` };
}

/** Coverage is never too little to be judged by itself, but cells that can still be asked may raise it. */
function findCoverage(threshold: Threshold, panel: Panel): Finding {
  const { planned, scored, open } = totalOf(threshold, panel);
  if (planned === 0) return nothing(`no tested length in ${rangeLabel(threshold)}`);
  const actual = scored / planned;
  const verdict = compare(threshold, actual);
  const undecided = verdict !== compare(threshold, (scored + open) / planned);
  return {
    verdict: undecided ? 'incomplete' : verdict,
    actual,
    detail: `${scored} of ${planned} cells scored${undecided ? `, ${open} failed or not asked yet` : ''}`,
  };
}

function findEffectiveLength(threshold: Threshold, panel: Panel): Finding {
  const { effective, effectiveReason, lengths } = panel;
  if (effective === null) {
    const detail = effectiveReason ?? 'not computed';
    // A base this low is a finding about the model; the other reasons say that too little was measured.
    const verdict = effectiveReason === noEffectiveReasons.lowBase ? 'not_met' : 'incomplete';
    return { verdict, actual: null, detail };
  }
  const actual = effective.shown ?? 0;
  const detail = `shown; bar ${effective.bar.toFixed(3)}, ${effective.cellsPerLength} cells a length`;
  const verdict = compare(threshold, actual);
  // What ends *shown* decides: a length that was scored and fell short settles it, one that was not scored does not.
  const next = lengths.find(({ contextLength }) => contextLength > (effective.shown ?? 0));
  const settled = next === undefined ? largest(panel) >= threshold.value : next.coverage >= leastCoverage;
  if (settled || verdict === compare(threshold, Number.POSITIVE_INFINITY)) return { verdict, actual, detail };
  const why =
    next === undefined
      ? `tested up to ${formatLength(largest(panel))} only`
      : `at ${formatLength(next.contextLength)} ${tooLittle(next.scored, next.planned)}`;
  return { verdict: 'incomplete', actual, detail: `${detail}; ${why}` };
}

function findTime(threshold: Threshold, panel: Panel): Finding {
  const [name, percentile] = threshold.measure.split('.');
  const times = name === 'ttft' ? panel.timing.ttft : panel.timing.latency;
  if (times === null) {
    return nothing(
      name === 'ttft' ? 'no time to the first token was recorded (stream: true does)' : 'no times recorded',
    );
  }
  const { planned, scored } = panel.counts;
  if (scored / planned < leastCoverage) return nothing(tooLittle(scored, planned));
  const actual = times[percentile as Exclude<keyof Percentiles, 'n'>];
  return { verdict: compare(threshold, actual), actual, detail: `over ${times.n} answers` };
}

function findFailed(threshold: Threshold, panels: readonly Panel[]): Finding {
  const actual = panels.reduce((sum, panel) => sum + panel.counts.failed, 0);
  return growing(threshold, actual, missingIn(panels), 'over the whole run');
}

function findCost(threshold: Threshold, panels: readonly Panel[]): Finding {
  const known = panels.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  if (known.length === 0) return nothing('no price is known for any model');
  const actual = known.reduce((sum, cost) => sum + cost, 0);
  const unpriced = panels.length - known.length;
  const finding = growing(threshold, actual, missingIn(panels), 'over the whole run');
  if (unpriced === 0 || finding.verdict !== 'met') return finding;
  return {
    verdict: 'incomplete',
    actual,
    detail: `no price is known for ${unpriced} of ${panels.length} heatmaps`,
  };
}

/** A sum that missing cells can only raise: while some are missing, just an upper limit already passed is settled. */
function growing(threshold: Threshold, actual: number, missing: number, detail: string): Finding {
  const verdict = compare(threshold, actual);
  const more = compare(threshold, Number.POSITIVE_INFINITY);
  const passed = threshold.operator === '==' && actual > threshold.value;
  if (missing === 0 || passed || (verdict === more && threshold.operator !== '==')) {
    return { verdict, actual, detail };
  }
  return { verdict: 'incomplete', actual, detail: `${detail}; ${missing} cells not asked yet` };
}

function missingIn(panels: readonly Panel[]): number {
  return panels.reduce((sum, panel) => sum + panel.counts.missing, 0);
}

interface Total {
  readonly planned: number;
  readonly scored: number;
  /** Sum of the scores. */
  readonly sum: number;
  /** Cells failed or not asked: another run may score them. */
  readonly open: number;
}

function totalOf({ range }: Threshold, panel: Panel): Total {
  const inside = (length: number): boolean => range === null || (length >= range.from && length <= range.to);
  const columns = panel.lengths.filter(({ contextLength }) => inside(contextLength));
  const cells = panel.cells.flat().filter(({ contextLength }) => inside(contextLength));
  return {
    planned: columns.reduce((sum, { planned }) => sum + planned, 0),
    scored: columns.reduce((sum, { scored }) => sum + scored, 0),
    sum: columns.reduce((sum, { score }) => sum + (score === null ? 0 : score.mean * score.n), 0),
    open: cells.reduce((sum, { failed, missing }) => sum + failed + missing, 0),
  };
}

function largest({ grid }: Panel): number {
  return Math.max(0, ...grid.contextLengths);
}

function compare({ operator, value }: Threshold, actual: number): ThresholdVerdict {
  return comparisons[operator](actual, value) ? 'met' : 'not_met';
}

/** Means are sums divided: 0.95 reached by adding must count as 0.95. */
const rounding = 1e-12;

const comparisons: Readonly<Record<Operator, (actual: number, value: number) => boolean>> = {
  '>=': (actual, value) => actual >= value - rounding,
  '<=': (actual, value) => actual <= value + rounding,
  '==': (actual, value) => Math.abs(actual - value) <= rounding,
  '>': (actual, value) => actual > value + rounding,
  '<': (actual, value) => actual < value - rounding,
};

function nothing(detail: string): Finding {
  return { verdict: 'incomplete', actual: null, detail };
}

function tooLittle(scored: number, planned: number): string {
  return `only ${scored} of ${planned} cells were scored, ${Math.round(leastCoverage * 100)} % are needed`;
}

function rangeLabel({ range }: Threshold): string {
  return range === null ? 'the run' : `${formatLength(range.from)}..${formatLength(range.to)}`;
}

function resultOf(
  threshold: Threshold,
  panel: Panel | null,
  { verdict, actual, detail }: Finding,
): ThresholdResult {
  const where = panel === null ? 'run' : `${panel.model.name} on ${panel.task.id}`;
  const found = actual === null ? detail : `${formatMeasure(threshold.measure, actual)} (${detail})`;
  const message = `${where}: expected ${threshold.text}, got ${found}`;
  return { threshold, panel: panel?.id ?? null, verdict, actual, message };
}
