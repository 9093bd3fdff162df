import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatPeriod, repeatText } from '../../src/corpus/repeat-text.ts';

test('a repeated text is whole copies, long enough, no copy too many, and grows by appending only', () => {
  const length = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 300 }), length, length, (text, one, two) => {
      const short = repeatText(text, Math.min(one, two));
      const long = repeatText(text, Math.max(one, two));
      expect(short.length).toBeGreaterThanOrEqual(Math.min(one, two));
      expect(short.length).toBeLessThan(Math.max(text.length + 1, Math.min(one, two) + repeatPeriod(text)));
      expect(long.startsWith(short)).toBe(true);
      const copies = (short.length + 2) / repeatPeriod(text);
      expect(Number.isInteger(copies)).toBe(true);
      expect(short).toBe(Array.from({ length: copies }, () => text).join('\n\n'));
    }),
  );
});
