import { expect, test } from 'vitest';
import { faultKinds } from '../../src/reference/faults.ts';
import { surviveFaults } from './fault-matrix.ts';

test('500 cells through 30 % faults of every kind: all settled, as planted, each once, no answer invented', async () => {
  const { rows, calls, faults } = await surviveFaults({
    profiles: [
      { profile: 'patchy', lengths: [1_000, 2_000], trials: 15 },
      { profile: 'lost-in-the-middle', lengths: [1_000, 5_000], trials: 10 },
      { profile: 'hallucinates', lengths: [1_000, 5_000], trials: 10 },
      { profile: 'thinks', lengths: [1_000], trials: 10 },
      { profile: 'window-8k', lengths: [1_000, 9_000], trials: 5 },
      { profile: 'truncates-8k', lengths: [1_000, 9_000], trials: 5 },
    ],
    concurrency: 16,
    seed: 3,
  });
  console.log({ calls, faults });
  expect(rows).toHaveLength(500);
  for (const kind of faultKinds) expect(faults[kind], kind).toBeGreaterThan(5);
  const outcomes = new Set(rows.map(({ outcome, reason, score }) => reason ?? score?.value ?? outcome));
  expect(outcomes).toEqual(new Set([0, 1, 'overflow', 'truncated']));
});
