import { binomialTail, mcnemarExact } from '../../../src/analysis/exact-tests.ts';

const bases = [0.99, 0.95, 0.9, 0.8];
const drops = [0.05, 0.1, 0.15, 0.3];
const trials = [3, 5, 10, 20, 50];
const depths = 11;
/** Eight lengths and all of them together: what Holm leaves for the first. */
const level = 0.05 / 9;

/**
 * The chance that `compare` proves a drop in one of eight length strata at tolerance 0: McNemar's exact test at Holm's first level, by
 * summing over all outcomes. Every answer is drawn anew in both runs, with chance `base` and `base − drop`; a model that
 * misses the same cells each time changes fewer of them, and its drops are found more often.
 */
export function power(base: number, drop: number, pairs: number): number {
  const loss = base * (1 - base + drop);
  const gain = (1 - base) * (base - drop);
  const changed = loss + gain;
  let found = 0;
  for (let k = 1; k <= pairs; k++) {
    // Of k changes, the fewest losses that prove a drop.
    let losses = k;
    if (mcnemarExact(losses, 0).oneSided > level) continue;
    while (losses > 0 && mcnemarExact(losses - 1, k - losses + 1).oneSided <= level) losses -= 1;
    const chance = binomialTail(k, pairs, changed) - binomialTail(k + 1, pairs, changed);
    found += chance * binomialTail(losses, k, loss / changed);
  }
  return found;
}

/** The table of docs/statistics.md, in Markdown. */
export function powerTable(): string {
  const head = ['base', 'drop', ...trials.map((count) => `${depths} × ${count}`)];
  const rows = bases.flatMap((base) =>
    drops.map((drop) => [
      `${percent(base)} %`,
      `${percent(drop)} points`,
      ...trials.map((count) => `${percent(power(base, drop, depths * count))} %`),
    ]),
  );
  return [head, head.map(() => '---:'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}
