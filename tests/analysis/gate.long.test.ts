import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { confirmStrata, strataToConfirm } from '../../src/analysis/confirm-strata.ts';
import type { Cell } from '../../src/core/cell.ts';
import { elevenDepths } from './build-run.ts';
import { noisyPair, simulator, streamOf } from './simulated-runs.ts';

/** Each figure is counted over this many pairs of runs. */
const pairs = 200;
const contextLengths = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000];
const noise = { base: 0.95, flips: 0.05 };
const simulate = simulator({ contextLengths, depths: elevenDepths, trials: 20 });

/** In how many pairs the gate said regression, at first and after asking again. */
function alarms(name: string, drop: (cell: Cell) => number): { first: number; confirmed: number } {
  let first = 0;
  let confirmed = 0;
  for (let index = 0; index < pairs; index++) {
    const random = streamOf(name, index);
    const pair = noisyPair({ ...noise, drop }, random);
    const base = simulate(pair.before);
    const comparison = compareRuns(base, simulate(pair.after));
    if (comparison.verdict !== 'regression') continue;
    first += 1;
    const asked = strataToConfirm(comparison).flatMap((each) => each.contextLengths);
    const again = simulate(noisyPair({ ...noise, drop }, random).after);
    const fresh = {
      ...again,
      results: again.results.filter(({ cell }) => asked.includes(cell.contextLength)),
    };
    if (confirmStrata(comparison, { base, fresh: [fresh] }).verdict === 'regression') confirmed += 1;
  }
  return { first, confirmed };
}

describe('the gate', () => {
  test('does not flap: the same model twice', () => {
    const { first, confirmed } = alarms('same', () => 0);
    console.log(`false alarms of ${pairs}: ${first}, with --confirm ${confirmed}`);
    expect(first / pairs).toBeLessThanOrEqual(0.05);
    expect(confirmed / pairs).toBeLessThanOrEqual(0.01);
  });

  test('does not sleep: 15 points lost at one of 8 lengths', () => {
    const { first, confirmed } = alarms('drop', ({ contextLength }) => (contextLength === 64_000 ? 0.15 : 0));
    console.log(`drops found of ${pairs}: ${first}, with --confirm ${confirmed}`);
    expect(first / pairs).toBeGreaterThanOrEqual(0.9);
    expect(confirmed / pairs).toBeGreaterThanOrEqual(0.8);
  });
});
