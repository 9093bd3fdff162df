/** How a case ended. `error`: the endpoint's fault, or too little was measured; `skipped`: nothing could be shown either way. */
export type CiOutcome = 'passed' | 'failed' | 'error' | 'skipped';

/** One thing that was checked. */
export interface CiCase {
  /** What it is about: a model on a task, or the run. */
  readonly group: string;
  /** The rule, as written. */
  readonly name: string;
  readonly outcome: CiOutcome;
  /** What was expected, what was found, and on how many cells. */
  readonly message: string;
}

/** One figure of a run. */
export interface CiFigure {
  readonly measure:
    | 'accuracy'
    | 'coverage'
    | 'effective_length_shown'
    | 'effective_length_not_disproved'
    | 'failed';
  readonly model: string;
  readonly task: string;
  /** In tokens; null = all lengths. */
  readonly contextLength: number | null;
  /** Shares from 0 to 1, lengths in tokens, counts. */
  readonly value: number;
  /** Two-sided 95 % interval and the number of cells, where the figure is a mean. */
  readonly interval: { readonly lower: number; readonly upper: number; readonly n: number } | null;
}

/** One model on one task, for a table. */
export interface CiRow {
  readonly model: string;
  readonly task: string;
  readonly simulated: boolean;
  readonly accuracy: string;
  readonly claimed: string;
  readonly shown: string;
  readonly notDisproved: string;
  readonly answered: string;
}

/** What a check or a comparison came to: the one thing that every form for CI systems is made from. */
export interface CiReport {
  /** `check reports/x`, `compare reports/a reports/b`. */
  readonly title: string;
  /** ISO 8601, of the run that was judged. */
  readonly startedAt: string;
  readonly outcome: CiOutcome;
  /** Whether a simulated model takes part: every form says so. */
  readonly simulated: boolean;
  readonly cases: readonly CiCase[];
  readonly figures: readonly CiFigure[];
  readonly rows: readonly CiRow[];
}

/** The number of cases that ended so. */
export function countCases({ cases }: CiReport, outcome: CiOutcome): number {
  return cases.filter((each) => each.outcome === outcome).length;
}

const words = { passed: 'passed', failed: 'failed', error: 'incomplete', skipped: 'inconclusive' } as const;

/** `3 passed, 1 failed`: only what occurs. */
export function countsText(report: CiReport): string {
  const parts = (['failed', 'error', 'skipped', 'passed'] as const).flatMap((outcome) => {
    const count = countCases(report, outcome);
    return count === 0 ? [] : [`${count} ${words[outcome]}`];
  });
  return parts.length === 0 ? 'nothing checked' : parts.join(', ');
}

/** The outcome in a word. */
export function outcomeWord(outcome: CiOutcome): string {
  return words[outcome];
}
