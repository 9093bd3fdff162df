import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { confirmStrata, strataToConfirm } from '../../src/analysis/confirm-strata.ts';
import type { Cell } from '../../src/core/cell.ts';
import type { Random } from '../../src/core/random.ts';
import { elevenDepths } from './build-run.ts';
import { betaDraw, noisyPair, simulator, streamOf } from './simulated-runs.ts';

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

describe('cells alike by haystack', () => {
  const shared = simulator({
    contextLengths: contextLengths.slice(0, 4),
    depths: elevenDepths,
    trials: 10,
    config: { haystacks: 'shared' },
  });
  /** Each text has a level of its own around 90 %, with an ICC of 0.2; a run answers by them, in passes or in grades. */
  const answers = (random: Random, { lost, graded }: { lost: number; graded: boolean }) => {
    const levels = new Map<string, number>();
    return ({ contextLength, trial }: Cell): number => {
      const text = `${contextLength}/${trial}`;
      const level = levels.get(text) ?? betaDraw(3.6, 0.4, random);
      levels.set(text, level);
      const own = Math.max(0, level - lost);
      return graded ? own * (0.8 + 0.2 * random.float()) : Number(random.float() < own);
    };
  };
  const regressions = (name: string, options: { lost: number; graded: boolean }): number => {
    let found = 0;
    for (let index = 0; index < pairs; index++) {
      const random = streamOf(name, index);
      const base = shared(answers(random, { ...options, lost: 0 }));
      found += Number(compareRuns(base, shared(answers(random, options))).verdict === 'regression');
    }
    console.log(`${name}: ${found} of ${pairs}`);
    return found / pairs;
  };

  test.each([false, true])('a model that finds other texts hard is not worse (graded: %s)', (graded) => {
    expect(regressions(`same level, graded ${graded}`, { lost: 0, graded })).toBeLessThanOrEqual(0.05);
  });

  test.each([false, true])('half of everything lost is found (graded: %s)', (graded) => {
    expect(regressions(`half lost, graded ${graded}`, { lost: 0.5, graded })).toBeGreaterThanOrEqual(0.9);
  });
});
