import type { Result } from '../core/result.ts';
import { costOf, highestCost } from './cost.ts';
import type { Budget, ModelJob } from './job.ts';

/** What one call may use up. */
export interface Spending {
  readonly promptTokens: number;
  /** In USD. */
  readonly cost: number;
}

/** Keeps a run inside its budget of tokens and money. */
export interface BudgetGuard {
  /** Sets aside what a call may cost at most; null when it fits, else why the run ends here. */
  reserve(most: Spending): string | null;
  /** As `reserve`, but waits while calls are running whose end may make room: they seldom cost the most. Ends early with `halt`. */
  reserveWhenFree(most: Spending, halt: AbortSignal): Promise<string | null>;
  /** Replaces what was set aside by what was used. */
  settle(most: Spending, used: Spending): void;
  /** Counts a failed attempt that may be on the bill: nobody tells how much it cost, so it counts whole. */
  addUnknown(most: Spending): void;
}

const nothing: Spending = { promptTokens: 0, cost: 0 };

/**
 * A guard of the whole run: `before` is what its rows have used already, since a budget that started anew with every command would hold
 * for none. A call that could break the budget is not made. What is not seen: repeated attempts of earlier commands.
 */
export function createBudgetGuard(budget: Budget, before: Spending = nothing): BudgetGuard {
  let used = before;
  let unknown = nothing;
  let aside = nothing;
  let running = 0;
  let onSettled: (() => void)[] = [];

  const reserve = (most: Spending): string | null => {
    const cost = used.cost + unknown.cost + aside.cost;
    if (budget.cost !== null && cost + most.cost > budget.cost) {
      return `the next call could exceed the budget of $${budget.cost} (${[
        `$${cost.toFixed(4)} used or set aside`,
        ...(before.cost > 0 ? [`$${before.cost.toFixed(4)} of it by earlier commands of this run`] : []),
        ...(unknown.cost > 0 ? [`$${unknown.cost.toFixed(4)} for failed attempts that may be billed`] : []),
      ].join(', ')})`;
    }
    const promptTokens = used.promptTokens + unknown.promptTokens + aside.promptTokens;
    if (budget.promptTokens !== null && promptTokens + most.promptTokens > budget.promptTokens) {
      return `the next prompt would exceed the budget of ${budget.promptTokens} prompt tokens (${[
        `${promptTokens} used or set aside`,
        ...(before.promptTokens > 0 ? [`${before.promptTokens} by earlier commands of this run`] : []),
      ].join(', ')})`;
    }
    aside = add(aside, most);
    running++;
    return null;
  };

  return {
    reserve,
    reserveWhenFree: async (most, halt) => {
      for (;;) {
        const full = reserve(most);
        if (full === null || running === 0 || halt.aborted) return full;
        await new Promise<void>((resolve) => {
          const go = (): void => {
            halt.removeEventListener('abort', go);
            resolve();
          };
          halt.addEventListener('abort', go, { once: true });
          onSettled.push(go);
        });
      }
    },
    settle: (most, spent) => {
      aside = add(aside, { promptTokens: -most.promptTokens, cost: -most.cost });
      used = add(used, spent);
      running--;
      const waiting = onSettled;
      onSettled = [];
      for (const go of waiting) go();
    },
    addUnknown: (most) => {
      unknown = add(unknown, most);
    },
  };
}

/** The most that a call can use up. */
export function mostOf(promptTokens: number, job: Pick<ModelJob, 'maxTokens' | 'priceUsd'>): Spending {
  return { promptTokens, cost: highestCost(promptTokens, job.maxTokens, job.priceUsd) };
}

/** What an answered row used up; where the endpoint reported no usage, `most` stands. Nothing for a row without an answer. */
export function spendingOf({ completion, costUsd }: Result, most: Spending): Spending {
  if (completion === null) return nothing;
  return { promptTokens: completion.usage.promptTokens ?? most.promptTokens, cost: costUsd ?? most.cost };
}

/** The sentence on a model that a cost budget does not hold; `currency`: that of its price, null where none is known. */
export function unheldByBudget(model: string, currency: string | null): string {
  const why = currency === null ? 'no price is known' : `its price is in ${currency}`;
  return `${model}: ${why}, so the cost budget, which is in USD, does not hold for it`;
}

/** What the rows of a run have used up by now, those that its config no longer plans included: they were paid for all the same. */
export function spentBefore(
  rows: Iterable<Result>,
  jobs: readonly Pick<ModelJob, 'name' | 'maxTokens' | 'priceUsd'>[],
): Spending {
  let sum = nothing;
  for (const row of rows) {
    const job = jobs.find(({ name }) => name === row.cell.model);
    const most = mostOf(row.sample.promptTokens, job ?? { maxTokens: 0, priceUsd: null });
    const costUsd = row.costUsd ?? (row.completion && costOf(row.completion.usage, job?.priceUsd ?? null));
    sum = add(sum, spendingOf({ ...row, costUsd }, most));
  }
  return sum;
}

function add(a: Spending, b: Spending): Spending {
  return { promptTokens: a.promptTokens + b.promptTokens, cost: a.cost + b.cost };
}
