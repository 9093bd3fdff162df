import { expect, test } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

test('the candidate with the fewest edits, ignoring case', () => {
  expect(nearest('lengts', ['depths', 'contextLengths', 'lengths'])).toBe('lengths');
  expect(nearest('NIAH_SINGLE', ['niah_single', 'niah_multi'])).toBe('niah_single');
});

test('nothing where nothing is close', () => {
  expect(nearest('zzzzzz', ['depths', 'trials'])).toBeNull();
  expect(nearest('depths', [])).toBeNull();
});
