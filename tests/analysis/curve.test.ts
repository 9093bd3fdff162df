import { describe, expect, test } from 'vitest';
import {
  aboveNoiseFloor,
  areaUnderCurve,
  lostInTheMiddle,
  pointEffectiveLength,
  weightedAverages,
} from '../../src/analysis/curve.ts';
import { measuresOf, suitesOf } from '../../src/analysis/measures.ts';
import type { Panel } from '../../src/analysis/panel.ts';
import { panelsOf } from '../../src/analysis/panels.ts';
import { buildRun, elevenDepths } from './build-run.ts';

const curve = (scores: readonly number[]) =>
  scores.map((score, index) => ({ contextLength: 1000 * 2 ** index, score }));

describe('figures of a curve', () => {
  test('weights rise with length, or fall', () => {
    expect(weightedAverages([1, 0])).toEqual({ increasing: 1 / 3, decreasing: 2 / 3 });
    expect(weightedAverages([])).toBeNull();
  });

  test('each doubling counts alike under the curve', () => {
    expect(areaUnderCurve(curve([1, 1, 1]))).toBe(1);
    expect(areaUnderCurve(curve([1, 1, 0]))).toBeCloseTo(0.75, 12);
    expect(areaUnderCurve(curve([0.5]))).toBe(0.5);
    expect(areaUnderCurve([])).toBeNull();
  });

  test('the point rule is contiguous and never interpolates', () => {
    expect(pointEffectiveLength(curve([0.9, 0.8, 0.9]), 0.85)).toBe(1000);
    expect(pointEffectiveLength(curve([0.9, 0.9, 0.9]), 0.85)).toBe(4000);
    expect(pointEffectiveLength(curve([0.8, 0.9]), 0.85)).toBeNull();
  });

  test('a valley in the middle is positive, none is near zero', () => {
    const valley = elevenDepths.map((depth) => ({ depth, score: 1 - 2 * Math.min(depth, 1 - depth) }));
    expect(lostInTheMiddle(valley)).toBeGreaterThan(0.5);
    expect(lostInTheMiddle(elevenDepths.map((depth) => ({ depth, score: 0.7 })))).toBeCloseTo(0, 12);
    expect(lostInTheMiddle([{ depth: 0, score: 1 }])).toBeNull();
  });

  test('a score at the noise floor is 0, a perfect one 1', () => {
    expect(aboveNoiseFloor(0.25, 0.25)).toBe(0);
    expect(aboveNoiseFloor(1, 0.25)).toBe(1);
    expect(aboveNoiseFloor(0, 0.25)).toBeLessThan(0);
    expect(() => aboveNoiseFloor(0.5, 1)).toThrow(RangeError);
  });
});

describe('measures of a panel', () => {
  const cliff = buildRun({
    contextLengths: [1_000, 2_000, 4_000, 64_000],
    config: { tasks: [{ name: 'niah_single', bar: 0.8 }] },
    outcome: ({ contextLength }) => (contextLength <= 4_000 ? 1 : 0),
  });

  test('claimed and effective stand side by side', () => {
    const [panel] = panelsOf(cliff) as [Panel];
    const { claimed, ...rest } = measuresOf(panel);
    expect(claimed).toEqual({ window: 128_000, shown: 4_000, notDisproved: 4_000, shownShare: 4 / 128 });
    expect(rest).toMatchObject({ pointEffectiveLength: 4_000, lostInTheMiddle: 0 });
    expect(rest.weightedAverages?.increasing).toBeLessThan(rest.weightedAverages?.decreasing ?? 0);
  });

  test('all_depths: one depth that fails is enough to end the bracket, where the mean would hold', () => {
    const outcome = ({ contextLength, depth }: { contextLength: number; depth: number }): number =>
      contextLength === 4_000 && depth === 0.5 ? 0 : 1;
    const grid = { contextLengths: [1_000, 2_000, 4_000], trials: 20, outcome };
    const bracket = (bar: number | { allDepths: number }) =>
      panelsOf(buildRun({ ...grid, config: { tasks: [{ name: 'niah_single', bar }] } }))[0]?.effective;
    expect(bracket(0.8)).toMatchObject({ rule: 'absolute', shown: 4_000, notDisproved: 4_000 });
    expect(bracket({ allDepths: 0.8 })).toMatchObject({
      rule: 'all_depths',
      shown: 2_000,
      notDisproved: 2_000,
    });
    // Three trials a depth can never show 80 %, so nothing is shown, and nothing disproved either.
    const few = buildRun({
      ...grid,
      trials: 3,
      outcome: () => 1,
      config: { tasks: [{ name: 'niah_single', bar: { allDepths: 0.8 } }] },
    });
    expect(panelsOf(few)[0]?.effective).toMatchObject({ shown: null, notDisproved: 4_000 });
  });

  test('a suite is the mean of its tasks, each counting alike, on RULER’s bar', () => {
    const [easy] = panelsOf(cliff) as [Panel];
    const half = buildRun({
      contextLengths: [1_000, 2_000, 4_000, 64_000],
      trials: 6,
      outcome: ({ trial }) => trial % 2,
    });
    const [hard] = panelsOf(half) as [Panel];
    const [suite, ...others] = suitesOf([easy, { ...hard, task: { ...hard.task, id: 'second' } }]);
    expect(others).toEqual([]);
    expect(suite).toMatchObject({ tasks: ['niah_single', 'second'], effective: { bar: 0.856, shown: null } });
    expect(suite?.lengths.map(({ score }) => score?.mean)).toEqual([0.75, 0.75, 0.75, 0.25]);
    expect(suite?.lengths[0]?.score?.effectiveN).toBeCloseTo(4 / (1 / 33 + 1 / 66), 9);
    expect(suitesOf([easy])).toEqual([]);
  });
});
