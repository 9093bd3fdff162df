import { expect, test } from 'vitest';
import { faultKinds } from '../../src/reference/faults.ts';
import { surviveFaults } from './fault-matrix.ts';

// A sample of the fault matrix, which `npm run test:long` does.
test('40 cells through 30 % faults come to the same rows as without any', async () => {
  const { rows, calls, faults } = await surviveFaults({
    profiles: [
      { profile: 'patchy', lengths: [1_000, 2_000], trials: 3 },
      { profile: 'thinks', lengths: [600], trials: 2 },
    ],
    concurrency: 16,
    // Nearly every kind among its first forty calls, and few after them: who fails again and again waits for long.
    seed: 91_592,
  });
  expect(rows).toHaveLength(40);
  expect(calls).toBeGreaterThan(45);
  expect(faultKinds.filter((kind) => faults[kind] > 0).length).toBeGreaterThanOrEqual(10);
});
