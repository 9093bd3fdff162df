import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import type { Comparison, Stratum } from '../../src/analysis/comparison.ts';
import { pairRows } from '../../src/analysis/pair-rows.ts';
import type { Cell } from '../../src/core/cell.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { buildRun, type Outcome, type RunPlan } from './build-run.ts';

const oneLength: Omit<RunPlan, 'outcome'> = { contextLengths: [8_000], depths: [0, 0.5, 1], trials: 20 };

/** Compares two runs of one grid whose cells came to what the functions say. */
function compared(
  before: (cell: Cell) => Outcome,
  after: (cell: Cell) => Outcome,
  { plan = oneLength, tolerance = 0 } = {},
): Comparison {
  const run = (outcome: (cell: Cell) => Outcome): RunData => buildRun({ ...plan, outcome });
  return compareRuns(run(before), run(after), { tolerance });
}

function only({ strata }: Comparison): Stratum {
  const [stratum, ...others] = strata;
  expect(others).toEqual([]);
  return stratum as Stratum;
}

describe('the verdict of a stratum', () => {
  test('ten losses without a gain are a regression; the bound lies under zero', () => {
    const comparison = compared(
      () => 1,
      ({ trial, depth }) => (depth === 0.5 && trial < 10 ? 0 : 1),
    );
    const stratum = only(comparison);
    expect(comparison.verdict).toBe('regression');
    expect(stratum).toMatchObject({
      verdict: 'regression',
      pairs: 60,
      losses: 10,
      gains: 0,
      test: 'mcnemar',
    });
    expect(stratum.p).toBeCloseTo(2 ** -10, 10);
    expect(stratum.difference?.upper).toBeLessThan(0);
  });

  test('four losses without a gain prove nothing: how large a drop would show, and how many trials would settle it', () => {
    const comparison = compared(
      () => 1,
      ({ trial, depth }) => (depth === 0.5 && trial < 4 ? 0 : 1),
    );
    const stratum = only(comparison);
    expect(comparison.verdict).toBe('inconclusive');
    expect(stratum.p).toBeCloseTo(2 ** -4, 10);
    expect(stratum.minimumDetectable).toBeGreaterThan(0.07);
    expect(stratum.minimumDetectable).toBeLessThan(0.2);
    expect(stratum.moreTrials).toBeGreaterThan(0);
    expect(stratum.moreTrials).toBeLessThan(60);
  });

  test('equal runs are the same within a tolerance they can show, and inconclusive within one they cannot', () => {
    expect(
      compared(
        () => 1,
        () => 1,
        { tolerance: 0.06 },
      ).verdict,
    ).toBe('same');
    expect(
      compared(
        () => 1,
        () => 1,
        { tolerance: 0.02 },
      ).verdict,
    ).toBe('inconclusive');
    expect(
      compared(
        () => 1,
        () => 1,
      ).verdict,
    ).toBe('inconclusive');
    expect(
      only(
        compared(
          () => 1,
          () => 1,
        ),
      ).moreTrials,
    ).toBeNull();
    expect(
      only(
        compared(
          () => 1,
          () => 1,
          { tolerance: 0.02 },
        ),
      ).moreTrials,
    ).toBeGreaterThan(0);
  });

  test('a drop within tolerance is no regression', () => {
    const after = ({ trial, depth }: Cell): number => (depth === 0.5 && trial < 10 ? 0 : 1);
    expect(compared(() => 1, after, { tolerance: 0.3 }).verdict).toBe('same');
    expect(compared(() => 1, after, { tolerance: 0.1 }).verdict).toBe('inconclusive');
    expect(compared(() => 1, after, { tolerance: 0.05 }).verdict).toBe('regression');
  });

  test('gains alone are an improvement', () => {
    expect(
      compared(
        ({ depth }) => (depth === 0 ? 0 : 1),
        () => 1,
      ).verdict,
    ).toBe('improved');
  });
});

describe('outcomes', () => {
  test('scored → unscored is a loss, unscored on both sides is left out, and the other way round is a gain', () => {
    const stratum = only(
      compared(
        ({ depth, trial }) => (depth === 1 && trial < 2 ? 'truncated' : 1),
        ({ depth, trial }) => (depth === 1 && trial < 1 ? 1 : trial < 2 ? 'truncated' : 1),
      ),
    );
    expect(stratum).toMatchObject({ losses: 4, gains: 1, pairs: 59, verdict: 'inconclusive' });
    expect(stratum.leftOut).toEqual({ failed: 0, missing: 0, unscored: 1 });
    expect(
      only(
        compared(
          () => 1,
          ({ depth }) => (depth === 1 ? 'truncated' : 1),
        ),
      ).verdict,
    ).toBe('regression');
  });

  test('failed and missing cells are never misses; more than 5 % of them leave the stratum incomplete', () => {
    const few = only(
      compared(
        () => 1,
        ({ depth, trial }) => (depth === 1 && trial < 3 ? 'failed' : 1),
      ),
    );
    expect(few).toMatchObject({ losses: 0, pairs: 57, candidate: 1, leftOut: { failed: 3 } });
    const many = compared(
      () => 1,
      ({ depth }) => (depth === 1 ? 'failed' : 0),
    );
    expect(only(many)).toMatchObject({ losses: 40, pairs: 40, verdict: 'incomplete' });
    expect(many.verdict).toBe('incomplete');
    expect(
      compared(
        () => 1,
        ({ depth }) => (depth === 1 ? 'missing' : 1),
      ).verdict,
    ).toBe('incomplete');
  });
});

describe('strata', () => {
  const plan = { contextLengths: [8_000, 1_000, 64_000], depths: [0, 0.5, 1], trials: 20 };

  test('all lengths first, then each; one bad length is found and Holm counts all of them', () => {
    const { strata, verdict } = compared(
      () => 1,
      ({ contextLength, depth, trial }) => (contextLength === 64_000 && depth === 1 && trial < 9 ? 0 : 1),
      { plan },
    );
    expect(verdict).toBe('regression');
    expect(strata.map(({ contextLength }) => contextLength)).toEqual([null, 1_000, 8_000, 64_000]);
    expect(strata.map((stratum) => stratum.verdict)).toEqual([
      'regression',
      'inconclusive',
      'inconclusive',
      'regression',
    ]);
    expect(strata[3]?.p).toBeCloseTo(2 ** -9, 10);
    expect(strata[0]?.pAdjusted).toBeCloseTo(4 * 2 ** -9, 10);
    expect(strata[3]?.pAdjusted).toBeCloseTo(4 * 2 ** -9, 10);
  });

  test('a smaller grid is compared where both planned cells', () => {
    const base = buildRun({ ...plan, outcome: () => 1 });
    const candidate = buildRun({ ...plan, contextLengths: [8_000], trials: 10, outcome: () => 1 });
    const { strata, base: side } = compareRuns(base, candidate, { tolerance: 0.15 });
    expect(strata).toMatchObject([{ contextLength: 8_000, planned: 30, pairs: 30, verdict: 'same' }]);
    expect(side.unpaired).toBe(150);
  });

  test('runs without a common prompt cannot be compared: exit 3, naming lengthBy', () => {
    const base = buildRun({ ...plan, outcome: () => 1 });
    const other = {
      ...base,
      results: base.results.map((row) => ({ ...row, promptKey: `x${row.promptKey}` })),
    };
    expect(() => compareRuns(base, other)).toThrow(
      expect.objectContaining({
        code: 'results_unusable',
        exitCode: 3,
        hint: expect.stringContaining('lengthBy'),
      }),
    );
  });
});

describe('clusters', () => {
  const plan = { ...oneLength, depths: [0, 0.25, 0.5, 0.75, 1], trials: 6 };

  test('cells that share haystacks count as few: one bad text of six is no proof, all six are', () => {
    const shared = { ...plan, config: { haystacks: 'shared' } };
    const oneText = ({ trial }: Cell): number => (trial === 0 ? 0 : 1);
    expect(only(compared(() => 1, oneText, { plan })).verdict).toBe('regression');
    expect(only(compared(() => 1, oneText, { plan: shared }))).toMatchObject({
      test: 'clusters',
      clusters: 6,
      verdict: 'inconclusive',
    });
    const twoTexts = ({ trial }: Cell): number => (trial < 2 ? 0 : 1);
    expect(only(compared(() => 1, twoTexts, { plan })).verdict).toBe('regression');
    expect(only(compared(() => 1, twoTexts, { plan: shared })).verdict).toBe('inconclusive');
    const allTexts = ({ depth }: Cell): number => (depth === 0.5 ? 0 : 1);
    expect(only(compared(() => 1, allTexts, { plan: shared })).verdict).toBe('regression');
  });

  test('graded scores are compared by resampling, the same way each time', () => {
    const before = ({ trial }: Cell): number => 0.8 + trial / 100;
    const after = ({ trial, depth }: Cell): number => 0.7 + trial / 100 - depth / 20;
    const [first, second] = [compared(before, after, { plan }), compared(before, after, { plan })];
    expect(only(first)).toMatchObject({ test: 'clusters', clusters: 30, verdict: 'regression' });
    expect(second).toEqual(first);
    expect(only(compared(before, before, { plan, tolerance: 0.2 })).verdict).toBe('same');
  });
});

describe('pairing', () => {
  test('rows pair by prompt whatever their order, each once', () => {
    const { results } = buildRun({ ...oneLength, outcome: () => 1 });
    const order = fc.shuffledSubarray(results.map((_, index) => index));
    fc.assert(
      fc.property(order, (indices) => {
        const candidate = indices.map((index) => results[index] as (typeof results)[number]);
        const pairs = pairRows(results, candidate);
        expect(pairs.map(({ base }) => base.key)).toEqual(
          results.filter((row) => candidate.includes(row)).map(({ key }) => key),
        );
        expect(pairs.every(({ base, candidate: other }) => base.promptKey === other.promptKey)).toBe(true);
      }),
    );
  });

  test('two models of one run that got the same prompts are compared by name', () => {
    const a = buildRun({ ...oneLength, outcome: () => 1 });
    const b = buildRun({ ...oneLength, outcome: ({ depth }) => (depth === 0 ? 0 : 1) });
    const second = { ...(a.manifest.models[0] as RunData['manifest']['models'][number]), name: 'n' };
    const run: RunData = {
      ...a,
      manifest: {
        ...a.manifest,
        models: [...a.manifest.models, second],
        grids: [...a.manifest.grids, ...b.manifest.grids.map((grid) => ({ ...grid, model: 'n' }))],
      },
      results: [...a.results, ...b.results.map((row) => ({ ...row, cell: { ...row.cell, model: 'n' } }))],
    };
    const { verdict, strata } = compareRuns(run, run, { models: { base: 'm', candidate: 'n' } });
    expect(verdict).toBe('regression');
    expect(strata[0]).toMatchObject({ baseModel: 'm', candidateModel: 'n', losses: 20, gains: 0 });
  });
});
