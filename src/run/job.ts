import type { Cell } from '../core/cell.ts';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { Message, Sample } from '../core/sample.ts';
import type { Scorer } from '../core/score.ts';

/** The prompt of one cell, made inside the queued job and dropped after its call. */
export interface BuiltPrompt {
  readonly promptKey: string;
  readonly sample: Sample;
  /** For `api: chat`. */
  readonly messages: readonly Message[];
  /** For `api: completions`: the whole text up to the answer stem. */
  readonly text: string;
}

/** A cell to ask: a few numbers ahead of time, its bytes only when its turn comes. */
export interface PlannedCell {
  readonly key: string;
  readonly cell: Cell;
  /** Planned prompt tokens, for pacing, cost and progress. */
  readonly promptTokens: number;
  build(): Promise<BuiltPrompt>;
}

/** All that the executor needs to know to ask one model. */
export interface ModelJob {
  /** The label in rows. */
  readonly name: string;
  /** The id sent. */
  readonly model: string;
  readonly baseUrl: string;
  /** The key itself, from the environment; never stored, logged or thrown. */
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly api: 'chat' | 'completions';
  readonly maxTokens: number;
  /** null: not sent. */
  readonly temperature: number | null;
  readonly extraBody: JsonObject;
  /** Stop sequences, for `api: completions`. */
  readonly stop: readonly string[];
  /** Per million tokens in USD; null = unknown, rows then carry costUsd null. */
  readonly priceUsd: { readonly input: number; readonly cachedInput: number; readonly output: number } | null;
  /** The model's template overhead is not known: one call goes alone first, and its usage is told to `learnOverhead`. */
  readonly overheadUnknown: boolean;
  /** Called with each row's planned tokens and the server's own count. */
  learnOverhead(plannedTokens: number, countedTokens: number): void;
  /**
   * Whether planned tokens are counted as the model counts them. Where they are an estimate, only a cut of two fifths and more can
   * be told from a difference between tokenizers.
   * @default true
   */
  readonly countsExact?: boolean;
  /** The scorer of a task by `cell.task`. */
  scorerOf(task: string): { readonly name: string; readonly scorer: Scorer };
  readonly cells: readonly PlannedCell[];
}

export interface Execution {
  readonly concurrency: number;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  readonly stream: boolean;
}

export interface Budget {
  /** In USD. */
  readonly cost: number | null;
  readonly promptTokens: number | null;
  readonly minutes: number | null;
}

/** What happens while a run goes on. The library emits these and never prints. */
export type RunEvent =
  | {
      readonly type: 'started';
      readonly cells: number;
      readonly done: number;
      /** Planned for the cells still to ask. */
      readonly promptTokens: number;
      /** What they cost at most, without any cache; null where a model has no price. */
      readonly highestCostUsd: number | null;
    }
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'attempt';
      readonly cell: Cell;
      readonly attempt: number;
      readonly reason: string;
      readonly waitMs: number;
    }
  | { readonly type: 'result'; readonly result: Result }
  | { readonly type: 'stopping'; readonly why: 'interrupted' | 'budget' | 'fatal'; readonly message: string }
  | { readonly type: 'finished'; readonly summary: RunSummary };

export interface RunSummary {
  readonly planned: number;
  /** Rows of this run that were already finished before this command. */
  readonly skipped: number;
  readonly scored: number;
  readonly unscored: number;
  readonly failed: number;
  /** Planned cells with no row. */
  readonly missing: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number | null;
  readonly elapsedMs: number;
  /** Why scheduling ended: all cells asked, or a reason to run again. */
  readonly ended: 'complete' | 'interrupted' | 'budget' | 'fatal';
}
