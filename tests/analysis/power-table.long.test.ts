import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { power, powerTable } from '../bench/power/power-table.ts';

test('the table of power in docs/statistics.md is the one the command prints', () => {
  const page = readFileSync(new URL('../../docs/statistics.md', import.meta.url), 'utf8');
  expect(page).toContain(powerTable());
  expect(power(0.95, 0.15, 220)).toBeGreaterThan(0.9);
});
