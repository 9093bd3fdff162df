import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';

/** How the cells of a run share their texts: a text of its own for each, one per length and trial, or one per trial. */
export type Haystacks = 'fresh' | 'shared' | 'nested';

/** The `haystacks` of a manifest's config. */
export function haystacksOf(config: JsonObject): Haystacks {
  const value = config['haystacks'];
  return value === 'shared' || value === 'nested' ? value : 'fresh';
}

/**
 * A name for each row of one model and task, equal for rows that share a haystack or an item (question and targets), directly or
 * by way of others. A question that all rows ask is part of the task and joins none of them.
 */
export function clusterNames(rows: readonly Result[], haystacks: Haystacks): string[] {
  const parents = rows.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] as number;
    parents[index] = root;
    return root;
  };
  const join = (nameOf: (row: Result) => string | null): void => {
    const first = new Map<string, number>();
    for (const [index, row] of rows.entries()) {
      const name = nameOf(row);
      if (name === null) continue;
      const before = first.get(name);
      if (before === undefined) first.set(name, index);
      else parents[rootOf(index)] = rootOf(before);
    }
  };
  if (haystacks === 'shared') join(({ cell }) => `${cell.contextLength}/${cell.trial}`);
  if (haystacks === 'nested') join(({ cell }) => String(cell.trial));
  const items = rows.map(itemOf);
  if (new Set(items).size > 1) join(itemOf);
  return rows.map((_, index) => String(rootOf(index)));
}

function itemOf({ sample }: Result): string | null {
  return sample.question === null ? null : JSON.stringify([sample.question, sample.target]);
}
