import { describe, expect, test } from 'vitest';
import { evaluateThresholds, type ThresholdResult } from '../../src/analysis/evaluate-thresholds.ts';
import { panelsOf } from '../../src/analysis/panels.ts';
import { parseThreshold } from '../../src/analysis/threshold.ts';
import type { Cell } from '../../src/core/cell.ts';
import { buildRun, type Outcome } from './build-run.ts';

const contextLengths = [1000, 2000, 4000, 8000];

function evaluate(text: string, outcome: (cell: Cell) => Outcome, lengths = contextLengths): ThresholdResult {
  const panels = panelsOf(buildRun({ contextLengths: lengths, outcome }));
  const [result, ...more] = evaluateThresholds([parseThreshold(text)], panels).results;
  expect(more).toEqual([]);
  if (result === undefined) throw new Error('expected a result');
  return result;
}

const right = () => 1;
/** Right up to 4K, wrong at 8K. */
const cliff = ({ contextLength }: Cell): Outcome => (contextLength < 8000 ? 1 : 0);
/** Answers up to 4K, refuses 8K. */
const refuses = ({ contextLength }: Cell): Outcome => (contextLength < 8000 ? 1 : 'overflow');
/** Two of the 132 cells come to `outcome`. */
const two =
  (outcome: Outcome) =>
  ({ contextLength, depth, trial }: Cell): Outcome =>
    contextLength === 1000 && depth === 0 && trial < 2 ? outcome : 1;
/** Fails at 1K, was not asked at 8K. */
const brokenOff = ({ contextLength }: Cell): Outcome =>
  contextLength === 1000 ? 'failed' : contextLength < 8000 ? 1 : 'missing';
const stopped = ({ contextLength }: Cell): Outcome => (contextLength < 8000 ? 1 : 'missing');

describe('verdicts', () => {
  test.each<[string, (cell: Cell) => Outcome, string, number | null]>([
    ['accuracy >= 0.95', right, 'met', 1],
    ['accuracy >= 0.95', cliff, 'not_met', 0.75],
    ['accuracy >= 0.75', cliff, 'met', 0.75],
    ['accuracy > 0.75', cliff, 'not_met', 0.75],
    ['accuracy[1k..4k] >= 0.95', cliff, 'met', 1],
    ['accuracy[4k..8k] == 0.5', cliff, 'met', 0.5],
    ['accuracy[8k..16k] >= 0.1', cliff, 'not_met', 0],
    ['accuracy[16k..32k] >= 0.1', right, 'incomplete', null],
    ['accuracy >= 0.95', refuses, 'incomplete', null],
    ['accuracy >= 0.95', stopped, 'incomplete', null],
    ['accuracy[1k..4k] >= 0.95', refuses, 'met', 1],
    ['accuracy >= 0.999', two('filtered'), 'met', 1],
    ['coverage >= 0.98', right, 'met', 1],
    ['coverage >= 0.98', refuses, 'not_met', 0.75],
    ['coverage >= 0.99', two('failed'), 'incomplete', 130 / 132],
    ['coverage >= 0.99', two('filtered'), 'not_met', 130 / 132],
    ['coverage[2k..8k] >= 0.99', two('filtered'), 'met', 1],
    ['coverage >= 0.98', two('missing'), 'met', 130 / 132],
    ['failed == 0', right, 'met', 0],
    ['failed == 0', two('failed'), 'not_met', 2],
    ['failed <= 2', two('failed'), 'met', 2],
    ['failed == 0', stopped, 'incomplete', 0],
    ['failed == 0', brokenOff, 'not_met', 33],
    ['effectiveLength >= 4k', cliff, 'met', 4000],
    ['effectiveLength >= 8k', cliff, 'not_met', 4000],
    ['effectiveLength >= 8k', right, 'met', 8000],
    ['effectiveLength >= 16k', right, 'incomplete', 8000],
    ['effectiveLength >= 4k', refuses, 'met', 4000],
    ['effectiveLength >= 8k', refuses, 'incomplete', 4000],
    ['effectiveLength >= 1k', () => 0, 'not_met', null],
    ['ttft.p95 <= 20s', right, 'met', 108],
    ['ttft.p50 <= 101ms', right, 'not_met', 102],
    ['latency.p99 < 158ms', right, 'not_met', 158],
    ['ttft.p95 <= 20s', refuses, 'incomplete', null],
    ['cost <= 5', right, 'met', 1.32],
    ['cost <= 1', right, 'not_met', 1.32],
    ['cost <= 5', stopped, 'incomplete', 0.99],
    ['cost <= 0.5', stopped, 'not_met', 0.99],
    ['cost <= 5', () => 'failed', 'incomplete', null],
  ])('%s', (text, outcome, verdict, actual) => {
    const result = evaluate(text, outcome);
    expect(result.verdict, result.message).toBe(verdict);
    if (actual === null) expect(result.actual).toBeNull();
    else expect(result.actual).toBeCloseTo(actual, 9);
  });

  test('too few lengths for a base are too little to judge effective length by', () => {
    const result = evaluate('effectiveLength >= 1k', right, [1000, 2000]);
    expect(result).toMatchObject({ verdict: 'incomplete', actual: null });
    expect(result.message).toContain('fewer than 3 short lengths');
  });

  test('a length that was scored and fell short settles it, whatever was not asked after it', () => {
    const broken = ({ contextLength }: Cell): Outcome =>
      contextLength === 8000 ? 'missing' : contextLength === 4000 ? 0 : 1;
    const wide = [500, 1000, 2000, 4000, 8000];
    expect(evaluate('effectiveLength >= 8k', broken, wide)).toMatchObject({
      verdict: 'not_met',
      actual: 2000,
    });
  });
});

describe('scope', () => {
  const run = buildRun({ contextLengths, outcome: two('failed') });
  const [grid] = run.manifest.grids;
  const [model] = run.manifest.models;
  if (grid === undefined || model === undefined) throw new Error('expected a grid and a model');
  const rows = run.results.map((row) => ({ ...row, cell: { ...row.cell, model: 'n' } }));
  const panels = panelsOf({
    ...run,
    results: [...run.results, ...rows],
    manifest: {
      ...run.manifest,
      models: [model, { ...model, name: 'n' }],
      grids: [grid, { ...grid, model: 'n' }],
    },
  });

  test('accuracy is judged for each model, failures and cost once over the run', () => {
    const thresholds = ['accuracy >= 0.95', 'failed == 4', 'cost <= 2.5'].map(parseThreshold);
    const { results } = evaluateThresholds(thresholds, panels);
    expect(results.map(({ panel, verdict }) => [panel, verdict])).toEqual([
      ['r/m/niah_single', 'met'],
      ['r/n/niah_single', 'met'],
      [null, 'met'],
      [null, 'not_met'],
    ]);
    expect(results[0]?.message).toBe(
      'm on niah_single: expected accuracy >= 0.95, got 1.000 (over 130 of 132 cells)',
    );
    expect(results[3]?.message).toBe('run: expected cost <= 2.5, got 2.60 USD (over the whole run)');
  });

  test('a model without a price leaves the cost open until what is known passes the limit', () => {
    const [first, second] = panels;
    if (first === undefined || second === undefined) throw new Error('expected two panels');
    const partly = [first, { ...second, costUsd: null }];
    expect(evaluateThresholds([parseThreshold('cost <= 2')], partly).verdict).toBe('incomplete');
    expect(evaluateThresholds([parseThreshold('cost <= 1')], partly).verdict).toBe('not_met');
  });

  test('a run without cells meets nothing', () => {
    const thresholds = ['accuracy >= 0', 'failed == 0', 'cost <= 5', 'coverage >= 0'].map(parseThreshold);
    expect(evaluateThresholds(thresholds, []).results.map(({ verdict }) => verdict)).toEqual(
      thresholds.map(() => 'incomplete'),
    );
  });
});
