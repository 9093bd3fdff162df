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

/** A number from the Beta distribution by way of two Gamma ones (Marsaglia and Tsang, 2000), so that cells of one text are alike. */
export function betaDraw(a: number, b: number, random: Random): number {
  const x = gammaDraw(a, random);
  const y = gammaDraw(b, random);
  return x / (x + y);
}

function gammaDraw(shape: number, random: Random): number {
  if (shape < 1) return gammaDraw(shape + 1, random) * random.float() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.float()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
