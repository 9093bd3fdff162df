import type { Cell } from '../../src/core/cell.ts';
import { type Random, randomStream } from '../../src/core/random.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { buildRun, type RunPlan } from './build-run.ts';

/** Runs whose rows differ in their scores only: the rows are made once, since hashing them is what takes time. */
export function simulator(plan: Omit<RunPlan, 'outcome'>): (draw: (cell: Cell) => number) => RunData {
  const template = buildRun({ ...plan, outcome: () => 1 });
  return (draw) => ({
    ...template,
    results: template.results.map((row) => ({
      ...row,
      score: { value: draw(row.cell), raw: null, scale: null, answer: '', scorer: 'includes' },
    })),
  });
}

/** What a noisy model answers: it sees a cell with chance `base`, the same in every run, and `flips` of its answers are turned round. */
export function noisyPair(
  options: { readonly base: number; readonly flips: number; readonly drop?: (cell: Cell) => number },
  random: Random,
): { readonly before: (cell: Cell) => number; readonly after: (cell: Cell) => number } {
  const depths = new Map<string, number>();
  const seen = (cell: Cell, lost: number): boolean => {
    const place = `${cell.contextLength}/${cell.depth}/${cell.trial}`;
    const level = depths.get(place) ?? random.float();
    depths.set(place, level);
    return level < options.base - lost;
  };
  const answer = (right: boolean): number => Number(right !== random.float() < options.flips);
  return {
    before: (cell) => answer(seen(cell, 0)),
    after: (cell) => answer(seen(cell, options.drop?.(cell) ?? 0)),
  };
}

/** A stream for each simulated run, so that one can be looked at alone. */
export function streamOf(name: string, index: number): Random {
  return randomStream(7, name, index);
}
