import type { Budget } from './job.ts';

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
  /** Replaces what was set aside by what was used. */
  settle(most: Spending, used: Spending): void;
}

/** A guard that counts from zero. A call that could break the budget is not made, so the budget is never exceeded. */
export function createBudgetGuard(budget: Budget): BudgetGuard {
  let promptTokens = 0;
  let cost = 0;
  return {
    reserve: (most) => {
      if (budget.cost !== null && cost + most.cost > budget.cost) {
        return `the next call could exceed the budget of $${budget.cost} ($${cost.toFixed(4)} used or set aside)`;
      }
      if (budget.promptTokens !== null && promptTokens + most.promptTokens > budget.promptTokens) {
        return `the next prompt would exceed the budget of ${budget.promptTokens} prompt tokens (${promptTokens} used)`;
      }
      promptTokens += most.promptTokens;
      cost += most.cost;
      return null;
    },
    settle: (most, used) => {
      promptTokens += used.promptTokens - most.promptTokens;
      cost += used.cost - most.cost;
    },
  };
}
