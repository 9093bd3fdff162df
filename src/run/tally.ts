import type { Usage } from '../core/completion.ts';
import type { Outcome, Result } from '../core/result.ts';
import { addUp, costOf, type Money, priceOfJob } from './cost.ts';
import type { ModelJob, RunEvent, RunSummary } from './job.ts';
import type { RunEstimate } from './run-estimate.ts';

/** What the calls of one command came to, beside their estimate. */
export interface RunActual {
  /** Cells that got a row. */
  readonly cells: number;
  /** As the server counted them; as planned where it reported none. Answered calls only. */
  readonly promptTokens: number;
  /** Planned for the same calls. */
  readonly plannedTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens that the server read from its cache; null where no answer told. */
  readonly cachedTokens: number | null;
  /** By usage, one a currency. */
  readonly costs: readonly Money[];
  /** Answers without usage: they are in no cost. */
  readonly withoutUsage: number;
  readonly ms: number;
  /** Requests that went out, repeated ones included. */
  readonly requests: number;
  /** Attempts that got no answer. */
  readonly failedAttempts: number;
  /** Of them, those that may be on the bill: their usage is not known and in none of these figures. */
  readonly maybeBilled: number;
}

/** Counts what a run comes to. */
export interface Tally {
  /** Planned cells that had a finished row before. */
  readonly skipped: number;
  /** Counts requests and failed attempts. */
  onEvent(event: RunEvent): void;
  add(result: Result): void;
  /** An answered canary: paid for, and no cell. */
  addCanary(canary: { readonly model: string; readonly promptTokens: number }, usage: Usage): void;
  /** Outcomes over all planned cells, rows from before included; tokens and cost of this command's calls only. */
  summarise(end: {
    readonly ended: RunSummary['ended'];
    readonly elapsedMs: number;
    readonly estimate: RunEstimate;
  }): RunSummary;
}

/** Whether a row settles its cell: failed ones are asked again. */
export function isFinished(row: Result | undefined): boolean {
  return row !== undefined && row.outcome !== 'failed';
}

/** A tally over the planned cells, starting from the rows that exist. */
export function createTally(jobs: readonly ModelJob[], existing: ReadonlyMap<string, Result>): Tally {
  const keys = jobs.flatMap((job) => job.cells.map((cell) => cell.key));
  const outcomeOf = new Map<string, Outcome>();
  for (const key of keys) {
    const row = existing.get(key);
    if (row !== undefined) outcomeOf.set(key, row.outcome);
  }
  const skipped = keys.filter((key) => isFinished(existing.get(key))).length;
  const prices = new Map(jobs.map((job) => [job.name, priceOfJob(job)]));
  const pricesUsd = new Map(jobs.map((job) => [job.name, job.priceUsd]));
  const priced = jobs.some((job) => job.priceUsd !== null);
  const sums = {
    cells: 0,
    promptTokens: 0,
    plannedTokens: 0,
    completionTokens: 0,
    withoutUsage: 0,
    costUsd: 0,
  };
  const sent = { requests: 0, failedAttempts: 0, maybeBilled: 0 };
  let cachedTokens: number | null = null;
  let costs: readonly Money[] = [];

  const addCall: Tally['addCanary'] = ({ model, promptTokens }, usage) => {
    sums.promptTokens += usage.promptTokens ?? promptTokens;
    sums.plannedTokens += promptTokens;
    sums.completionTokens += usage.completionTokens ?? 0;
    if (usage.promptTokens === null || usage.completionTokens === null) sums.withoutUsage++;
    if (usage.cachedTokens !== null) cachedTokens = (cachedTokens ?? 0) + usage.cachedTokens;
    const price = prices.get(model) ?? null;
    const amount = costOf(usage, price);
    if (price !== null && amount !== null) costs = addUp([...costs, { amount, currency: price.currency }]);
  };

  return {
    skipped,
    onEvent: (event) => {
      if (event.type === 'request') sent.requests++;
      if (event.type !== 'error') return;
      sent.failedAttempts++;
      if (event.mayBeBilled) sent.maybeBilled++;
    },
    add: ({ key, cell, outcome, sample, completion, costUsd }) => {
      outcomeOf.set(key, outcome);
      sums.cells++;
      sums.costUsd += costUsd ?? 0;
      if (completion === null) return;
      addCall({ model: cell.model, promptTokens: sample.promptTokens }, completion.usage);
    },
    addCanary: (canary, usage) => {
      sums.costUsd += costOf(usage, pricesUsd.get(canary.model) ?? null) ?? 0;
      addCall(canary, usage);
    },
    summarise: ({ ended, elapsedMs, estimate }) => {
      const count = (outcome: Outcome): number =>
        [...outcomeOf.values()].filter((found) => found === outcome).length;
      const { costUsd, ...actual } = sums;
      return {
        planned: keys.length,
        skipped,
        scored: count('scored'),
        unscored: count('unscored'),
        failed: count('failed'),
        missing: keys.length - outcomeOf.size,
        promptTokens: sums.promptTokens,
        completionTokens: sums.completionTokens,
        costUsd: priced ? costUsd : null,
        elapsedMs,
        ended,
        estimate,
        actual: { ...actual, cachedTokens, costs, ms: elapsedMs, ...sent },
      };
    },
  };
}
