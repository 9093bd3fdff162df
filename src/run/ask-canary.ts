import type { Completion, Usage } from '../core/completion.ts';
import { type AskContext, askPatiently } from './ask-patiently.ts';
import { type BudgetGuard, mostOf } from './budget-guard.ts';
import { type CutWatch, watchCuts } from './canary.ts';
import type { Canary, CanaryPlace } from './canary-prompt.ts';
import { costOf } from './cost.ts';
import type { ModelState } from './model-state.ts';

export interface CanaryContext {
  readonly context: AskContext;
  readonly guard: Pick<BudgetGuard, 'reserve' | 'settle'>;
  /** Told of each answered canary, for the bill: it is paid for and makes no row. */
  readonly onSpent: (canary: { readonly model: string; readonly promptTokens: number }, usage: Usage) => void;
}

/** A watch that asks its canaries as cells are asked: in their model's turn, at its pace, within the budget. Null where the job has none. */
export function canaryWatch(state: ModelState, how: CanaryContext): CutWatch | null {
  const { job } = state;
  const { canaries } = job;
  if (canaries === undefined) return null;
  const places = new WeakMap<Canary, CanaryPlace>();
  return watchCuts({
    lengths: [...new Set(job.cells.map(({ cell }) => cell.contextLength))],
    controlLength: canaries.controlLength,
    build: async (place) => {
      const canary = await canaries.build(place);
      places.set(canary, place);
      return canary;
    },
    ask: async (canary) => askOne(state, { canary, place: places.get(canary) as CanaryPlace }, how),
    tell: (message) => how.context.emit({ type: 'warning', message: `${job.name}: ${message}` }),
  });
}

async function askOne(
  state: ModelState,
  { canary, place }: { readonly canary: Canary; readonly place: CanaryPlace },
  { context, guard, onSpent }: CanaryContext,
): Promise<Completion | 'refused' | null> {
  if (state.halt.aborted) return null;
  const { job } = state;
  const { promptTokens, messages, text } = canary;
  const { contextLength, end, attempt } = place;
  const most = mostOf(promptTokens, job);
  if (guard.reserve(most) !== null) return null;
  let used = { promptTokens: 0, cost: 0 };
  try {
    const asked = await askPatiently(
      state,
      {
        key: `canary ${job.name} ${contextLength} ${end} ${attempt}`,
        cell: {
          model: job.name,
          task: 'canary',
          contextLength,
          depth: end === 'start' ? 0 : 1,
          trial: attempt,
        },
        prompt: { messages, text },
        promptTokens,
      },
      context,
    );
    if (asked.kind === 'failed') return 'refused';
    if (asked.kind !== 'answered') return null;
    const { completion } = asked;
    used = {
      promptTokens: completion.usage.promptTokens ?? promptTokens,
      cost: costOf(completion.usage, job.priceUsd) ?? most.cost,
    };
    onSpent({ model: job.name, promptTokens }, completion.usage);
    return completion;
  } finally {
    guard.settle(most, used);
  }
}
