import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languages } from '../../src/core/language.ts';
import { generateProse } from '../../src/corpus/generate.ts';

test('a longer text starts with the shorter one, and both are whole paragraphs of at least the asked length', () => {
  const length = fc.integer({ min: 0, max: 30_000 });
  fc.assert(
    fc.property(fc.constantFrom(...languages), fc.integer(), length, length, (language, seed, one, two) => {
      const [short, long] = [Math.min(one, two), Math.max(one, two)].map((chars) =>
        generateProse({ language, seed, chars }),
      ) as [string, string];
      expect(short.length).toBeGreaterThanOrEqual(Math.min(one, two));
      expect(short.length).toBeLessThan(Math.min(one, two) + 3_000);
      expect(long.length).toBeGreaterThanOrEqual(Math.max(one, two));
      expect(long.startsWith(short)).toBe(true);
      expect(['', '\n\n']).toContain(short === '' ? '' : long.slice(short.length, short.length + 2));
    }),
    { numRuns: 60 },
  );
});
