import type { Comparison, Stratum } from '../analysis/comparison.ts';
import type { ThresholdEvaluation } from '../analysis/evaluate-thresholds.ts';
import type { Panel } from '../analysis/panel.ts';
import { formatLength } from '../core/length.ts';
import type { CiCase, CiFigure, CiOutcome, CiReport, CiRow } from '../interop/ci-report.ts';
import type { RunData } from '../results/run-data.ts';
import { stratumLine } from './compare-lines.ts';

const ofThreshold = { met: 'passed', not_met: 'failed', incomplete: 'error' } as const;

/** The evaluation of a run's thresholds for CI systems: a case a threshold and panel, and one a panel for its endpoint. */
export function checkReport(
  run: RunData,
  { panels, evaluation }: { readonly panels: readonly Panel[]; readonly evaluation: ThresholdEvaluation },
): CiReport {
  const cases = evaluation.results.map(({ threshold, panel: id, verdict, message }): CiCase => {
    const panel = panels.find((each) => each.id === id);
    return {
      group: panel === undefined ? 'run' : groupOf(panel),
      name: threshold.text,
      outcome: ofThreshold[verdict],
      message,
    };
  });
  return {
    ...factsOf(run, panels),
    title: `check ${run.manifest.run}`,
    outcome: ofThreshold[evaluation.verdict],
    cases: [...cases, ...endpointCases(run, { panels, incomplete: unjudged(evaluation) })],
  };
}

/** A comparison for CI systems: a case a stratum. `failing`: the strata's verdicts that fail the gate, beside a regression. */
export function comparisonReport(
  comparison: Comparison,
  {
    candidate,
    panels,
    strict,
  }: { readonly candidate: RunData; readonly panels: readonly Panel[]; readonly strict: boolean },
): CiReport {
  const outcomeOf = (verdict: Comparison['verdict']): CiOutcome => {
    switch (verdict) {
      case 'regression':
        return 'failed';
      case 'inconclusive':
        return strict ? 'failed' : 'skipped';
      case 'incomplete':
        return 'error';
      default:
        return 'passed';
    }
  };
  const unconfirmed = new Set(
    (comparison.confirmation ?? []).filter(({ confirmed }) => !confirmed).map(({ id }) => id),
  );
  return {
    ...factsOf(candidate, panels),
    title: `compare ${comparison.base.run} ${comparison.candidate.run}`,
    outcome: outcomeOf(comparison.verdict),
    cases: comparison.strata.map((stratum) => {
      const verdict = unconfirmed.has(stratum.id) ? 'inconclusive' : stratum.verdict;
      return {
        group: `${stratum.candidateModel} on ${stratum.task}`,
        name: `no regression at ${lengthOf(stratum)}`,
        outcome: outcomeOf(verdict),
        message: stratumLine({ ...stratum, verdict }).replace(/ {2,}/g, ' '),
      };
    }),
  };
}

function lengthOf({ contextLength }: Stratum): string {
  return contextLength === null ? 'all lengths' : formatLength(contextLength);
}

/** The panels that a threshold could not be judged on; null among them where one of the whole run was not. */
function unjudged({ results }: ThresholdEvaluation): ReadonlySet<string | null> {
  return new Set(results.filter(({ verdict }) => verdict === 'incomplete').map(({ panel }) => panel));
}

/**
 * Whether every cell was answered: the endpoint's part, apart from what the answers are worth. Cells without an answer are an error
 * where they kept a threshold from being judged, and else only told: the exit code says the same.
 */
function endpointCases(
  { results }: RunData,
  {
    panels,
    incomplete,
  }: { readonly panels: readonly Panel[]; readonly incomplete: ReadonlySet<string | null> },
): CiCase[] {
  return panels.map((panel) => {
    const { planned, failed, missing } = panel.counts;
    const codes = new Map<string, number>();
    for (const { cell, outcome, reason } of results) {
      const own = cell.model === panel.model.name && cell.task === panel.task.id && outcome === 'failed';
      if (own) codes.set(reason ?? 'unknown', (codes.get(reason ?? 'unknown') ?? 0) + 1);
    }
    const why = [...codes].map(([code, count]) => `${code} × ${count}`);
    const parts = [
      ...(failed > 0 ? [`${failed} failed (${why.join(', ')})`] : []),
      ...(missing > 0 ? [`${missing} not asked`] : []),
    ];
    return {
      group: groupOf(panel),
      name: 'the endpoint answered every cell',
      outcome:
        parts.length === 0
          ? 'passed'
          : incomplete.has(panel.id) || incomplete.has(null)
            ? 'error'
            : 'skipped',
      message: `${groupOf(panel)}: ${parts.length === 0 ? `all ${planned} cells answered` : `of ${planned} cells ${parts.join(', ')}`}`,
    };
  });
}

function factsOf(
  { manifest }: RunData,
  panels: readonly Panel[],
): Pick<CiReport, 'startedAt' | 'simulated' | 'figures' | 'rows'> {
  return {
    startedAt: manifest.startedAt,
    simulated: panels.some(({ model }) => model.simulated),
    figures: panels.flatMap(figuresOf),
    rows: panels.map(rowOf),
  };
}

function figuresOf(panel: Panel): CiFigure[] {
  const place = { model: panel.model.name, task: panel.task.id, contextLength: null, interval: null };
  const { overall, lengths, effective, counts } = panel;
  const { planned, scored, failed } = counts;
  return [
    ...(overall === null
      ? []
      : [{ ...place, measure: 'accuracy' as const, value: overall.mean, interval: overall }]),
    ...lengths.flatMap(({ contextLength, score }) =>
      score === null
        ? []
        : [{ ...place, contextLength, measure: 'accuracy' as const, value: score.mean, interval: score }],
    ),
    ...(effective === null
      ? []
      : [
          { ...place, measure: 'effective_length_shown' as const, value: effective.shown ?? 0 },
          {
            ...place,
            measure: 'effective_length_not_disproved' as const,
            value: effective.notDisproved ?? 0,
          },
        ]),
    ...(planned === 0 ? [] : [{ ...place, measure: 'coverage' as const, value: scored / planned }]),
    { ...place, measure: 'failed', value: failed },
  ];
}

function rowOf(panel: Panel): CiRow {
  const { model, task, overall, effective, effectiveReason, counts } = panel;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const length = (tokens: number | null | undefined, none: string): string =>
    tokens === null || tokens === undefined ? none : formatLength(tokens);
  const reason = effectiveReason ?? '–';
  return {
    model: model.name,
    task: task.id,
    simulated: model.simulated,
    accuracy:
      overall === null
        ? 'not scored'
        : `${percent(overall.mean)} (${percent(overall.lower)} to ${percent(overall.upper)}, n = ${overall.n})`,
    claimed: length(model.windows.claimed ?? model.windows.documented, 'not given'),
    shown: effective === null ? reason : length(effective.shown, 'none'),
    notDisproved: effective === null ? '–' : length(effective.notDisproved, 'none'),
    answered: `${counts.scored} of ${counts.planned} scored${counts.failed > 0 ? `, ${counts.failed} failed` : ''}${counts.missing > 0 ? `, ${counts.missing} not asked` : ''}`,
  };
}

function groupOf(panel: Panel): string {
  return `${panel.model.name} on ${panel.task.id}`;
}
