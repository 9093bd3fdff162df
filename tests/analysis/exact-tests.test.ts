import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changePoints } from '../../src/analysis/change-points.ts';
import { exactBounds, shortfallP } from '../../src/analysis/exact-bounds.ts';
import { binomialTail, fisherExact, holm, mcnemarExact } from '../../src/analysis/exact-tests.ts';
import { normalCdf } from '../../src/analysis/normal.ts';
import { pairedShares } from '../../src/analysis/paired-shares.ts';
import { studentCdf, studentQuantile } from '../../src/analysis/student.ts';
import { streamOf } from './simulated-runs.ts';

describe('against textbooks', () => {
  test('McNemar exact: Agresti, Categorical Data Analysis (2002), 86 and 150 changes of opinion; and small counts by hand', () => {
    expect(mcnemarExact(1, 5).twoSided).toBeCloseTo((2 * (1 + 6)) / 64, 12);
    expect(mcnemarExact(5, 1).oneSided).toBeCloseTo(7 / 64, 12);
    expect(mcnemarExact(0, 0)).toEqual({ oneSided: 1, twoSided: 1 });
    expect(mcnemarExact(10, 10).twoSided).toBe(1);
    expect(mcnemarExact(150, 86).twoSided).toBeCloseTo(3.716e-5, 7);
  });

  test('Holm: the four p of the method’s usual example', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(6)))).toEqual([
      0.03, 0.06, 0.06, 0.02,
    ]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  test('Fisher exact: the lady tasting tea, three of four right (The Design of Experiments, 1935)', () => {
    expect(fisherExact({ k: 3, n: 4 }, { k: 1, n: 4 })).toBeCloseTo(34 / 70, 10);
    expect(fisherExact({ k: 4, n: 4 }, { k: 0, n: 4 })).toBeCloseTo(2 / 70, 10);
    expect(fisherExact({ k: 0, n: 0 }, { k: 3, n: 4 })).toBe(1);
  });

  test('Clopper and Pearson: no miss of n, and the 1934 figure for 4 of 20', () => {
    expect(exactBounds(20, 20, 0.95).lower).toBeCloseTo(0.05 ** (1 / 20), 9);
    expect(exactBounds(0, 20, 0.95).upper).toBeCloseTo(1 - 0.05 ** (1 / 20), 9);
    expect(exactBounds(4, 20, 0.975).lower).toBeCloseTo(0.0573, 4);
    expect(exactBounds(4, 20, 0.975).upper).toBeCloseTo(0.4366, 4);
  });

  test('Student and normal: tabled quantiles', () => {
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.7062, 4);
    expect(studentQuantile(0.95, 9)).toBeCloseTo(1.83311, 5);
    expect(studentQuantile(0.025, 30)).toBeCloseTo(-2.04227, 5);
    expect(studentCdf(1.959964, 1e7)).toBeCloseTo(0.975, 6);
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalCdf(-3)).toBeCloseTo(0.001349898, 9);
  });
});

describe('laws', () => {
  const counts = fc.record({
    n: fc.integer({ min: 1, max: 200 }),
    share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  });

  test('an exact bound is wrong in at most the share of cases it says, whatever the truth', () => {
    fc.assert(
      fc.property(counts, ({ n, share }) => {
        let k = 0;
        while (k <= n && exactBounds(k, n, 0.95).lower <= share) k++;
        expect(k > n ? 0 : binomialTail(k, n, share)).toBeLessThanOrEqual(0.05 + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  test('the shortfall test and the upper bound say the same', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), ({ n, share }, part) => {
        const k = Math.round(part * n);
        const { upper } = exactBounds(k, n, 0.95);
        if (Math.abs(upper - share) > 1e-9) expect(shortfallP(k, n, share) < 0.05).toBe(upper < share);
      }),
      { numRuns: 100 },
    );
  });

  test('bounds of a paired difference mirror each other, hold the mean and narrow with more pairs', () => {
    const changes = fc.record({
      losses: fc.integer({ min: 0, max: 30 }),
      gains: fc.integer({ min: 0, max: 30 }),
      rest: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(changes, ({ losses, gains, rest }) => {
        const n = losses + gains + rest + 1;
        const one = pairedShares({ losses, gains, n });
        const mirrored = pairedShares({ losses: gains, gains: losses, n });
        expect(one.upper(0.95)).toBeCloseTo(-mirrored.lower(0.95), 9);
        expect(one.lower(0.95)).toBeLessThanOrEqual(one.mean);
        expect(one.upper(0.95)).toBeGreaterThanOrEqual(one.mean);
        const more = pairedShares({ losses: 4 * losses, gains: 4 * gains, n: 4 * n });
        expect(more.upper(0.95)).toBeLessThanOrEqual(one.upper(0.95) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });
});

describe('change points', () => {
  test('one fall is found where it happened, with its significance; a dip and its end are two', () => {
    const fall = [99, 98, 99, 97, 80, 82, 79].map((k) => ({ k, n: 100 }));
    expect(changePoints(fall)).toMatchObject([
      { index: 4, before: 0.9825, after: expect.closeTo(0.8033, 3) },
    ]);
    expect(changePoints(fall)[0]?.p).toBeLessThan(1e-6);
    const dip = [98, 98, 98, 60, 60, 98, 98, 98].map((k) => ({ k, n: 100 }));
    expect(changePoints(dip).map(({ index }) => index)).toEqual([3, 5]);
  });

  test('nothing is found in too little or nothing at all', () => {
    expect(changePoints([])).toEqual([]);
    expect(changePoints([{ k: 5, n: 10 }])).toEqual([]);
    expect(
      changePoints([
        { k: 10, n: 10 },
        { k: 0, n: 0 },
        { k: 8, n: 10 },
      ]),
    ).toEqual([]);
  });

  test('a steady series of thirty runs is marked in at most 5 % of cases', () => {
    let marked = 0;
    for (let index = 0; index < 300; index++) {
      const random = streamOf('steady', index);
      const series = Array.from({ length: 30 }, () => ({
        k: Array.from({ length: 33 }, () => random.float()).filter((value) => value < 0.9).length,
        n: 33,
      }));
      marked += Number(changePoints(series).length > 0);
    }
    expect(marked / 300).toBeLessThanOrEqual(0.05);
  });
});
