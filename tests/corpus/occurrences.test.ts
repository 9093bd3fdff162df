import fc from 'fast-check';
import { expect, test } from 'vitest';
import { occurrencesIn } from '../../src/corpus/occurrences.ts';

test('a value occurs where the text holds it, numbers inside longer numbers too', () => {
  const piece = fc.oneof(
    fc.constantFrom('12', '345', '67890', ' ', ', ', 'word', '灯'),
    fc.stringMatching(/^\d{1,9}$/),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      (parts, wanted) => {
        const text = parts.join('');
        const occurs = occurrencesIn(text);
        for (const value of [...wanted, wanted.join(''), text.slice(2, 9)]) {
          if (value !== '') expect(occurs(value), value).toBe(text.includes(value));
        }
      },
    ),
  );
});

test('a seven-digit number of a text is found at its start, end and inside', () => {
  const occurs = occurrencesIn('1234567 and 99123456700, 7654321');
  expect(['1234567', '7654321', '2345670', '7777777'].map(occurs)).toEqual([true, true, true, false]);
});
