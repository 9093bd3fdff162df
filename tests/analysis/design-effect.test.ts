import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultIcc, designEffect, pooledIcc } from '../../src/analysis/design-effect.ts';
import { randomStream } from '../../src/core/random.ts';

/** Clusters whose scores are copied from their cluster with probability sqrt(icc), else drawn alone: correlation icc. */
function drawStrata(seed: number, icc: number, { lengths = 12, clusters = 40, size = 11, mean = 0.7 } = {}) {
  const random = randomStream(seed, 'icc');
  const draw = (): number => (random.float() < mean ? 1 : 0);
  return Array.from({ length: lengths }, () =>
    Array.from({ length: clusters }, () => {
      const common = draw();
      return Array.from({ length: size }, () => (random.float() < Math.sqrt(icc) ? common : draw()));
    }),
  );
}

describe('pooledIcc', () => {
  test('a worked example by hand', () => {
    // Clusters {1,1}, {0,0}, {1,0}: mean squares between 0.5 and within 1/6, so (1/2 − 1/6) / (1/2 + 1/6) = 1/2.
    expect(
      pooledIcc([
        [
          [1, 1],
          [0, 0],
          [1, 0],
        ],
      ]),
    ).toBeCloseTo(0.5, 12);
  });

  test.each([0, 0.1, 0.3])('recovers a planted correlation of %d', (icc) => {
    expect(Math.abs(pooledIcc(drawStrata(1, icc)) - icc)).toBeLessThan(0.03);
  });

  test('a fall with length is no likeness', () => {
    const level = (value: number) => Array.from({ length: 10 }, () => [value, 1 - value, value, value]);
    expect(pooledIcc([level(1), level(0)])).toBe(0);
  });

  test.each([
    ['nothing', []],
    ['one cluster a length', [[[1, 0, 1]], [[0, 0, 1]]]],
    ['one score a cluster', [[[1], [0], [1]]]],
    [
      'equal scores',
      Array.from({ length: 12 }, () => [
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ],
    [
      'equal graded scores',
      Array.from({ length: 12 }, () => [
        [0.1, 0.1, 0.1],
        [0.1, 0.1],
      ]),
    ],
  ])('%s: the default', (_, strata) => {
    expect(pooledIcc(strata)).toBe(defaultIcc);
  });

  test('few clusters may widen the default, never narrow it', () => {
    expect(
      pooledIcc([
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
      ]),
    ).toBe(defaultIcc);
    expect(
      pooledIcc([
        [
          [1, 1],
          [0, 0],
          [1, 1],
        ],
      ]),
    ).toBe(1);
  });

  test('lies in 0–1', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.array(fc.array(score, { maxLength: 5 }), { maxLength: 12 })), (strata) => {
        const icc = pooledIcc(strata);
        expect(icc >= 0 && icc <= 1).toBe(true);
      }),
    );
  });
});

describe('designEffect', () => {
  test('1 + (m − 1)·ICC for equal clusters', () => {
    expect(designEffect([11, 11, 11], 0.1)).toBeCloseTo(2, 12);
    expect(designEffect([1, 1, 1], 0.9)).toBe(1);
    expect(designEffect([], 0.1)).toBe(1);
  });

  test('unequal clusters weigh by size', () => {
    // Σm²/Σm = (1 + 9) / 4 = 2.5
    expect(designEffect([1, 3], 0.2)).toBeCloseTo(1.3, 12);
  });
});
