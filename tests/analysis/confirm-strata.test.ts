import { expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { confirmStrata, strataToConfirm } from '../../src/analysis/confirm-strata.ts';
import type { Cell } from '../../src/core/cell.ts';
import { buildRun, type Outcome } from './build-run.ts';

const plan = { contextLengths: [1_000, 8_000], depths: [0, 0.5, 1], trials: 20 };
const base = buildRun({ ...plan, outcome: () => 1 });
const bad = ({ contextLength, depth }: Cell): Outcome => (contextLength === 8_000 && depth > 0 ? 0 : 1);
const comparison = compareRuns(base, buildRun({ ...plan, outcome: bad }));
const fresh = (outcome: (cell: Cell) => Outcome) => [buildRun({ ...plan, contextLengths: [8_000], outcome })];

test('only the lengths that seem worse are asked again; all of them where none does by itself', () => {
  expect(strataToConfirm(comparison)).toEqual([{ model: 'm', task: 'niah_single', contextLengths: [8_000] }]);
  const spread = ({ depth, trial }: Cell): Outcome => (depth === 0.5 && trial < 4 ? 0 : 1);
  const thin = compareRuns(base, buildRun({ ...plan, outcome: spread }));
  expect(thin.strata.map(({ verdict }) => verdict)).toEqual(['regression', 'inconclusive', 'inconclusive']);
  expect(strataToConfirm(thin)).toMatchObject([{ contextLengths: [1_000, 8_000] }]);
  expect(strataToConfirm(compareRuns(base, base))).toEqual([]);
});

test('the regression stands where fresh trials are as bad, with all lengths of its task; else it is inconclusive', () => {
  const confirmed = confirmStrata(comparison, { base, fresh: fresh(bad) });
  expect(confirmed.verdict).toBe('regression');
  expect(confirmed.strata.map(({ verdict }) => verdict)).toEqual([
    'regression',
    'inconclusive',
    'regression',
  ]);
  expect(confirmed.confirmation).toMatchObject([{ asked: 60, failed: 0, confirmed: true }]);
  const cleared = confirmStrata(comparison, { base, fresh: fresh(() => 1) });
  expect(cleared.verdict).toBe('inconclusive');
  expect(cleared.confirmation).toMatchObject([{ asked: 60, candidate: 1, confirmed: false }]);
});

test('fresh trials that failed or were not asked are no misses, and leave the stratum incomplete', () => {
  for (const gap of ['failed', 'missing'] as const) {
    const some = confirmStrata(comparison, {
      base,
      fresh: fresh((cell) => (cell.depth === 1 ? gap : bad(cell))),
    });
    expect(some.verdict).toBe('incomplete');
    expect(some.confirmation).toMatchObject([{ asked: 40, failed: 20, confirmed: false }]);
    const none = confirmStrata(comparison, { base, fresh: fresh(() => gap) });
    expect(none.verdict).toBe('incomplete');
  }
});
