import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile } from '../../src/analysis/normal.ts';

describe('normalQuantile', () => {
  // Tables of the normal distribution; the last three from an independent implementation in Python's statistics module.
  test.each([
    [0.5, 0],
    [0.75, 0.674489750196082],
    [0.9, 1.281551565544601],
    [0.95, 1.644853626951473],
    [0.975, 1.959963984540054],
    [0.995, 2.575829303548901],
    [0.999, 3.090232306167813],
    [0.0001, -3.719016485455709],
    [0.02425, -1.972961051311885],
    [1e-10, -6.361340902404056],
    [1e-30, -11.464024688443617],
  ])('%d → %d', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 11);
  });

  test('is infinite at the ends and refuses what is no probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });

  test('rises with p and is odd about one half', () => {
    const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(p, p, (a, b) => {
        if (a < b) expect(normalQuantile(a)).toBeLessThanOrEqual(normalQuantile(b));
        expect(normalQuantile(1 - a)).toBeCloseTo(-normalQuantile(a), 6);
      }),
    );
  });
});
