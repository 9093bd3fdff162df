import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactBounds } from '../../src/analysis/exact-bounds.ts';
import type { Panel } from '../../src/analysis/panel.ts';
import { panelsOf, unplacedRows } from '../../src/analysis/panels.ts';
import { wilson } from '../../src/analysis/wilson.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { buildRow, buildRun, elevenDepths, type Outcome, type RunPlan } from './build-run.ts';

function panelOf(plan: RunPlan | RunData): Panel {
  const [panel, ...more] = panelsOf('results' in plan ? plan : buildRun(plan));
  expect(more).toEqual([]);
  if (panel === undefined) throw new Error('expected one panel');
  return panel;
}

describe('cells', () => {
  const lengths = [1000, 2000, 4000];
  const outcomes: Record<string, Outcome> = {
    '1000/0/0': 0,
    '1000/0/1': 0.5,
    '2000/1/0': 'overflow',
    '2000/1/1': 'truncated',
    '4000/0.5/0': 'failed',
    '4000/0.5/2': 'missing',
  };
  const plan: RunPlan = {
    contextLengths: lengths,
    depths: [0, 0.5, 1],
    outcome: ({ contextLength, depth, trial }) => outcomes[`${contextLength}/${depth}/${trial}`] ?? 1,
  };
  const panel = panelOf(plan);

  test('lie at [depth][length] and hold what their trials came to', () => {
    expect(panel.cells.map((line) => line.map((cell) => [cell.depth, cell.contextLength]))).toEqual(
      [0, 0.5, 1].map((depth) => lengths.map((length) => [depth, length])),
    );
    expect(panel.cells[0]?.[0]).toMatchObject({
      score: { n: 3, effectiveN: 3, mean: 0.5 },
      planned: 3,
      scored: 3,
      unscored: {},
      failed: 0,
      missing: 0,
      flags: { cut: 1 },
    });
    expect(panel.cells[2]?.[1]).toMatchObject({
      score: { n: 1, mean: 1 },
      scored: 1,
      unscored: { overflow: 1, truncated: 1 },
    });
    expect(panel.cells[1]?.[2]).toMatchObject({ scored: 1, unscored: {}, failed: 1, missing: 1 });
    expect(panel.cells[1]?.[2]?.keys).toHaveLength(2);
  });

  test('sum to lengths, depths and the whole', () => {
    expect(panel.lengths[0]?.score).toMatchObject({ n: 9, mean: 7.5 / 9, ...wilson(7.5, 9, 0.95, 2) });
    expect(panel.lengths[0]?.oneSided).toEqual(exactBounds(7.5, 9, 0.95));
    expect(panel.lengths[2]).toMatchObject({ planned: 9, scored: 7, coverage: 7 / 9, floor: 7 / 9 });
    expect(panel.depths[0]).toMatchObject({ n: 9, mean: 7.5 / 9 });
    expect(panel.overall).toMatchObject({ n: 23, mean: 21.5 / 23 });
    expect(panel.counts).toEqual({
      planned: 27,
      scored: 23,
      unscored: { overflow: 1, truncated: 1 },
      failed: 1,
      missing: 1,
    });
  });

  test('carry cost, tokens and times of the rows behind them', () => {
    expect(panel.costUsd).toBeCloseTo(0.23, 12);
    expect(panel.promptTokens).toBe(23 * 900);
    // The 22nd of 23 times lies in the longest column: 100 ms and one for each 1,000 tokens.
    expect(panel.timing.ttft).toEqual({ n: 23, p50: 102, p90: 104, p95: 104, p99: 104 });
    expect(panel.timing.latency?.p95).toBe(154);
  });

  test('a place where nothing was scored has no score, not zero', () => {
    const refused = panelOf({
      ...plan,
      outcome: ({ contextLength }) => (contextLength === 4000 ? 'overflow' : 1),
    });
    expect(refused.cells[0]?.[2]?.score).toBeNull();
    expect(refused.lengths[2]).toMatchObject({ score: null, oneSided: null, floor: 0, coverage: 0 });
    expect(panelOf({ ...plan, outcome: () => 'failed' })).toMatchObject({
      overall: null,
      depths: [null, null, null],
      costUsd: null,
      promptTokens: 0,
      timing: { ttft: null, latency: null },
    });
  });
});

describe('rows and grids', () => {
  const run = buildRun({ contextLengths: [2000, 1000], depths: [1, 0.1 + 0.2], trials: 3, outcome: () => 1 });

  test('lengths and depths come out ascending, cells with them', () => {
    const panel = panelOf(run);
    expect(panel.grid.contextLengths).toEqual([1000, 2000]);
    expect(panel.grid.depths).toEqual([0.1 + 0.2, 1]);
    expect(panel.cells[0]?.[0]).toMatchObject({ contextLength: 1000, depth: 0.1 + 0.2, scored: 3 });
  });

  test('depths match across rounding, nothing else does', () => {
    const cell = { model: 'm', task: 'niah_single', contextLength: 1000, depth: 0.3, trial: 0 };
    const strangers = [
      { ...cell, depth: 0.301 },
      { ...cell, contextLength: 1001 },
      { ...cell, trial: 3 },
      { ...cell, model: 'other' },
      { ...cell, task: 'other' },
    ];
    const rows = [cell, ...strangers].map((each) => buildRow(each, 0));
    const only: RunData = { ...run, results: rows };
    expect(panelOf(only).counts).toMatchObject({ scored: 1, missing: 11 });
    expect(unplacedRows(only)).toBe(strangers.length);
  });

  test('of two rows of one cell the later stands and the other is counted', () => {
    const cell = { model: 'm', task: 'niah_single', contextLength: 1000, depth: 1, trial: 0 };
    const twice: RunData = { ...run, results: [buildRow(cell, 0), buildRow(cell, 1)] };
    expect(panelOf(twice).overall).toMatchObject({ n: 1, mean: 1 });
    expect(unplacedRows(twice)).toBe(1);
  });

  test('one panel a grid, each with an id of its own', () => {
    const { manifest } = run;
    const [grid] = manifest.grids;
    const [model] = manifest.models;
    if (grid === undefined || model === undefined) throw new Error('expected a grid and a model');
    const two: RunData = {
      ...run,
      manifest: {
        ...manifest,
        models: [model, { ...model, name: 'a/b' }],
        grids: [grid, { ...grid, model: 'a/b' }],
      },
    };
    const panels = panelsOf(two);
    expect(panels.map(({ model }) => model.name)).toEqual(['m', 'a/b']);
    expect(panels.map(({ id }) => id)).toEqual(['r/m/niah_single', 'r/a%2Fb/niah_single']);
    expect(panels[1]?.counts.missing).toBe(12);
    expect(() => panelsOf({ ...two, manifest: { ...two.manifest, models: [model] } })).toThrow(/model a\/b/);
  });
});

describe('clusters', () => {
  // In trial 0 the text of a length is lost as a whole, elsewhere everything is found: cells of one text are alike.
  const plan = (haystacks: string): RunPlan => ({
    contextLengths: [1000, 2000, 4000, 8000],
    trials: 6,
    config: { haystacks },
    outcome: ({ trial }) => (trial === 0 ? 0 : 1),
  });

  test('fresh texts are independent', () => {
    const { overall, lengths } = panelOf(plan('fresh'));
    expect(overall).toMatchObject({ n: 264, effectiveN: 264 });
    expect(lengths[0]?.score).toMatchObject({ n: 66, effectiveN: 66 });
  });

  test('a text shared by all depths of a length counts once where its cells are alike', () => {
    const { overall, lengths, depths, cells } = panelOf(plan('shared'));
    expect(lengths[0]?.score?.effectiveN).toBeCloseTo(6, 9);
    expect(overall?.effectiveN).toBeCloseTo(24, 9);
    expect(depths[0]).toMatchObject({ n: 24, effectiveN: 24 });
    expect(cells[0]?.[0]?.score).toMatchObject({ n: 6, effectiveN: 6 });
    expect(lengths[0]?.score).toMatchObject(wilson(5, 6, 0.95, 2));
  });

  test('a text whose prefixes serve all lengths counts once over all of them', () => {
    const { overall, lengths } = panelOf(plan('nested'));
    expect(lengths[0]?.score?.effectiveN).toBeCloseTo(6, 9);
    expect(overall?.effectiveN).toBeCloseTo(6, 9);
  });

  test('likeness that cannot be estimated is taken as 0.1', () => {
    const { lengths } = panelOf({ ...plan('shared'), outcome: () => 1 });
    expect(lengths[0]?.score?.effectiveN).toBeCloseTo(66 / 2, 9);
  });
});

describe('effective length', () => {
  const cliff: RunPlan = {
    contextLengths: [1000, 2000, 4000, 8000, 16_000],
    outcome: ({ contextLength }) => (contextLength <= 4000 ? 1 : 0),
  };

  test('is relative to the own base by default, to the task’s bar where it has one', () => {
    expect(panelOf(cliff)).toMatchObject({
      effective: { rule: 'relative', bar: 0.85, cellsPerLength: 33, shown: 4000, notDisproved: 4000 },
      effectiveReason: null,
    });
    const config = {
      tasks: [
        { name: 'other', bar: 0.5 },
        { name: 'niah_single', id: null, bar: 0.856 },
      ],
    };
    expect(panelOf({ ...cliff, config }).effective).toMatchObject({ rule: 'absolute', bar: 0.856 });
    const shared = { tasks: [{ name: 'niah_single', bar: { relative: 0.9 } }] };
    expect(panelOf({ ...cliff, config: shared }).effective).toMatchObject({ rule: 'relative', bar: 0.9 });
    const named = { tasks: [{ name: 'niah_single', id: 'mine', bar: 0.856 }] };
    expect(panelOf({ ...cliff, config: named }).effective?.rule).toBe('relative');
  });

  test('there is none for an import of one answer a cell, whatever its figures', () => {
    const run = buildRun({ ...cliff, trials: 1 });
    const imported = { source: 's', format: 'f', title: null, xTitle: null, yTitle: null, note: null };
    expect(panelOf({ ...run, manifest: { ...run.manifest, imported } })).toMatchObject({
      effective: null,
      effectiveReason: 'imported: one answer a cell',
      preview: false,
    });
    expect(panelOf(run)).toMatchObject({ effectiveReason: null, preview: true });
    expect(panelOf(cliff).preview).toBe(false);
  });
});

test('every bound lies in 0–1 around its mean and no cell is counted twice or lost', () => {
  const outcome = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Outcome>(0, 1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    { weight: 2, arbitrary: fc.constantFrom<Outcome>('overflow', 'no_answer', 'failed', 'missing') },
  );
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 36, maxLength: 36 }),
      fc.constantFrom('fresh', 'shared', 'nested'),
      (list, haystacks) => {
        let next = 0;
        const panel = panelOf({
          contextLengths: [1000, 2000, 4000, 8000],
          depths: elevenDepths.slice(0, 3),
          config: { haystacks },
          outcome: () => list[next++] ?? 'missing',
        });
        const { counts, cells, lengths, depths, overall } = panel;
        const unscored = Object.values(counts.unscored).reduce((sum, count) => sum + count, 0);
        expect(counts.scored + unscored + counts.failed + counts.missing).toBe(36);
        expect(lengths.reduce((sum, { scored }) => sum + scored, 0)).toBe(counts.scored);
        const scores = [...cells.flat().map(({ score }) => score), ...lengths.map(({ score }) => score)];
        for (const score of [...scores, ...depths, overall]) {
          if (score === null) continue;
          expect(score.lower >= 0 && score.lower <= score.mean + 1e-12).toBe(true);
          expect(score.upper <= 1 && score.upper >= score.mean - 1e-12).toBe(true);
          expect(score.effectiveN <= score.n && score.effectiveN > 0).toBe(true);
        }
        for (const { floor, score, oneSided } of lengths) {
          expect(floor).toBeLessThanOrEqual((score?.mean ?? 0) + 1e-12);
          if (oneSided !== null) expect(oneSided.lower).toBeLessThanOrEqual(oneSided.upper);
        }
      },
    ),
  );
});
