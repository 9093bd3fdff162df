import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilson } from '../../src/analysis/wilson.ts';

describe('wilson', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [20, 20, 0.8389, 1],
  ])('%d of %d: %d to %d', (successes, n, lower, upper) => {
    const interval = wilson(successes, n, 0.95, 2);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  test('the ends are exact', () => {
    expect(wilson(0, 20, 0.95, 2).lower).toBe(0);
    expect(wilson(20, 20, 0.95, 1).upper).toBe(1);
    expect(wilson(0, 0, 0.95, 2)).toEqual({ lower: 0, upper: 1 });
  });

  test('one-sided at 95 % is two-sided at 90 %', () => {
    const one = wilson(28, 33, 0.95, 1);
    const two = wilson(28, 33, 0.9, 2);
    expect(one.lower).toBeCloseTo(two.lower, 12);
    expect(one.upper).toBeCloseTo(two.upper, 12);
    // All of n: n / (n + z²), z = 1.6449.
    expect(wilson(33, 33, 0.95, 1).lower).toBeCloseTo(33 / (33 + 1.6448536 ** 2), 6);
  });

  test('refuses counts that are none', () => {
    expect(() => wilson(4, 3, 0.95, 2)).toThrow(RangeError);
    expect(() => wilson(-1, 3, 0.95, 2)).toThrow(RangeError);
    expect(() => wilson(1, 3, 1, 2)).toThrow(RangeError);
  });

  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const size = fc.double({ min: 0.5, max: 5000, noNaN: true });

  test('bounds lie in 0–1 and hold the mean between them', () => {
    fc.assert(
      fc.property(share, size, (mean, n) => {
        const { lower, upper } = wilson(mean * n, n, 0.95, 2);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(mean + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(mean - 1e-12);
      }),
    );
  });

  test('more successes move both bounds up, more confidence moves them apart, more cells closer', () => {
    fc.assert(
      fc.property(share, share, size, (a, b, n) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [less, more] = [wilson(low * n, n, 0.95, 1), wilson(high * n, n, 0.95, 1)];
        expect(more.lower).toBeGreaterThanOrEqual(less.lower - 1e-12);
        expect(more.upper).toBeGreaterThanOrEqual(less.upper - 1e-12);
        const sure = wilson(a * n, n, 0.99, 1);
        const plain = wilson(a * n, n, 0.95, 1);
        expect(sure.lower).toBeLessThanOrEqual(plain.lower + 1e-12);
        expect(sure.upper).toBeGreaterThanOrEqual(plain.upper - 1e-12);
        const larger = wilson(a * n * 2, n * 2, 0.95, 2);
        const smaller = wilson(a * n, n, 0.95, 2);
        expect(larger.upper - larger.lower).toBeLessThanOrEqual(smaller.upper - smaller.lower + 1e-12);
      }),
    );
  });
});
