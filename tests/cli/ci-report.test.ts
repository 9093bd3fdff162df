import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import type { Comparison } from '../../src/analysis/comparison.ts';
import { evaluateThresholds } from '../../src/analysis/evaluate-thresholds.ts';
import { panelsOf } from '../../src/analysis/panels.ts';
import { parseThreshold } from '../../src/analysis/threshold.ts';
import { checkReport, comparisonReport } from '../../src/cli/ci-report.ts';
import { countCases } from '../../src/interop/ci-report.ts';
import { buildRun, type Outcome } from '../analysis/build-run.ts';

const runOf = (outcome: (length: number, depth: number) => Outcome) =>
  buildRun({
    contextLengths: [1_000, 2_000, 4_000],
    outcome: ({ contextLength, depth }) => outcome(contextLength, depth),
  });

function checked(outcome: (length: number, depth: number) => Outcome, rule = 'accuracy >= 0.9') {
  const run = runOf(outcome);
  const panels = panelsOf(run);
  const evaluation = evaluateThresholds([parseThreshold(rule)], panels);
  return { evaluation, report: checkReport(run, { panels, evaluation }) };
}

describe('a check', () => {
  test.each<[string, (length: number, depth: number) => Outcome, string]>([
    ['all right', () => 1, 'done'],
    ['wrong answers', () => 0, 'gate'],
    ['failed calls', () => 'failed', 'incomplete'],
    [
      'a few failed calls that leave it to be judged',
      (l, d) => (l === 1_000 && d === 0 ? 'failed' : 1),
      'done',
    ],
    ['a few failed calls beside wrong answers', (l, d) => (l === 1_000 && d === 0 ? 'failed' : 0), 'gate'],
  ])('%s: the cases say what the exit code says', (_, outcome, exit) => {
    const { evaluation, report } = checked(outcome);
    expect(evaluation.exit).toBe(exit);
    expect(countCases(report, 'failed') > 0).toBe(exit === 'gate');
    expect(countCases(report, 'error') > 0).toBe(exit === 'incomplete');
    expect(report.outcome).toBe({ done: 'passed', gate: 'failed', incomplete: 'error' }[exit]);
  });

  test('tells failed calls by their code, apart from the thresholds', () => {
    const { report } = checked((length) => (length === 1_000 ? 'failed' : 1));
    const endpoint = report.cases.find(({ name }) => name === 'the endpoint answered every cell');
    expect(endpoint).toMatchObject({ outcome: 'error', group: 'm on niah_single' });
    expect(endpoint?.message).toContain('of 99 cells 33 failed (http_500 × 33)');
  });

  test('holds the figures of each length and of all', () => {
    const { report } = checked((length) => (length === 4_000 ? 0 : 1));
    const accuracy = report.figures.filter(({ measure }) => measure === 'accuracy');
    expect(accuracy.map(({ contextLength, value }) => [contextLength, value])).toEqual([
      [null, 2 / 3],
      [1_000, 1],
      [2_000, 1],
      [4_000, 0],
    ]);
    expect(report.rows).toMatchObject([{ shown: '2K', notDisproved: '2K', answered: '99 of 99 scored' }]);
  });
});

describe('a comparison', () => {
  const base = runOf(() => 1);
  const judged = (
    outcome: (length: number, depth: number) => Outcome,
    { strict = false, change = (comparison: Comparison): Comparison => comparison } = {},
  ) => {
    const candidate = runOf(outcome);
    const comparison = change(compareRuns(base, candidate));
    return comparisonReport(comparison, { candidate, panels: panelsOf(candidate), strict });
  };

  test('fails on a regression, and on what could not be shown only where that is asked for', () => {
    const worse = judged((length) => (length === 4_000 ? 0 : 1));
    expect(worse.outcome).toBe('failed');
    expect(worse.cases.find(({ name }) => name === 'no regression at 4K')?.outcome).toBe('failed');
    expect(worse.cases.find(({ name }) => name === 'no regression at 1K')?.outcome).toBe('skipped');
    const same = judged(() => 1);
    expect([same.outcome, countCases(same, 'failed')]).toEqual(['skipped', 0]);
    const strict = judged(() => 1, { strict: true });
    expect([strict.outcome, countCases(strict, 'skipped')]).toEqual(['failed', 0]);
  });

  test('is incomplete where the endpoint failed', () => {
    expect(judged(() => 'failed').outcome).toBe('error');
  });

  test('does not fail on a regression that fresh trials did not confirm', () => {
    const report = judged((length) => (length === 4_000 ? 0 : 1), {
      change: (comparison) => ({
        ...comparison,
        verdict: 'inconclusive',
        confirmation: comparison.strata.map(({ id }) => ({
          ...{ id, asked: 30, failed: 0, candidate: 1, difference: 0, upper: 0.1, confirmed: false },
        })),
      }),
    });
    expect([report.outcome, countCases(report, 'failed')]).toEqual(['skipped', 0]);
  });
});
