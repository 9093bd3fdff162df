import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contextLengths, defaultDepths, depths, spreadDepths, spreadLengths } from '../../src/config/grid.ts';

test('a linear range is evenly spaced in whole tokens, both ends included', () => {
  expect(contextLengths.parse({ from: '1k', to: '8k', count: 8 })).toEqual([
    1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000,
  ]);
});

test('a logarithmic range doubles where the ends are powers of two apart', () => {
  expect(contextLengths.parse({ from: '1Ki', to: '8Ki', count: 4, spacing: 'log' })).toEqual([
    1024, 2048, 4096, 8192,
  ]);
});

test('any range ascends from its first to its last length', () => {
  const range = fc.record({
    from: fc.integer({ min: 1, max: 100_000 }),
    width: fc.integer({ min: 1, max: 2_000_000 }),
    count: fc.integer({ min: 2, max: 60 }),
    spacing: fc.constantFrom('linear' as const, 'log' as const),
  });
  fc.assert(
    fc.property(range, ({ from, width, count, spacing }) => {
      const list = spreadLengths({ from, to: from + width, count, spacing });
      expect(list[0]).toBe(from);
      expect(list.at(-1)).toBe(from + width);
      expect(list.length).toBeLessThanOrEqual(count);
      expect(
        list.every((value, i) => Number.isInteger(value) && (i === 0 || value > (list[i - 1] ?? 0))),
      ).toBe(true);
    }),
  );
});

test('eleven depths by default, in tenths', () => {
  expect(defaultDepths).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(depths.parse({ count: 11 })).toEqual(defaultDepths);
});

test('the sigmoid is that of the published Claude 2.1 test: 35 points, 0.896, 1.199, 1.602 … 99.104', () => {
  const list = spreadDepths({ count: 35, spacing: 'sigmoid' });
  expect(list.length).toBe(35);
  expect(list.slice(0, 4)).toEqual([0, 0.896, 1.199, 1.602]);
  expect(list.slice(-3)).toEqual([98.801, 99.104, 100]);
  expect(depths.parse({ count: 35, spacing: 'sigmoid' })[1]).toBe(0.00896);
});

test('spread depths go from 0 to 100; a single one lies in the middle', () => {
  expect(spreadDepths({ count: 1 })).toEqual([50]);
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 200 }),
      fc.constantFrom('linear' as const, 'sigmoid' as const),
      (count, spacing) => {
        const list = spreadDepths({ count, spacing });
        expect([list[0], list.at(-1), list.length]).toEqual([0, 100, count]);
        expect(list.every((value, i) => i === 0 || value > (list[i - 1] ?? 0))).toBe(true);
      },
    ),
  );
});
