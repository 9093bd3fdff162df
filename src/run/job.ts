import type { Cell } from '../core/cell.ts';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { PromptMessage, Sample } from '../core/sample.ts';
import type { Scorer } from '../core/score.ts';
import type { SlicedText } from '../core/sliced-text.ts';
import type { Spending } from './budget-guard.ts';
import type { CallEvent } from './call-event.ts';
import type { Canary, CanaryPlace } from './canary-prompt.ts';
import type { OwnPrice, Price } from './cost.ts';
import type { Connection } from './look-ahead.ts';
import type { SharedText } from './prefix-cache.ts';
import type { RunEstimate } from './run-estimate.ts';
import type { RunActual } from './tally.ts';

/** The prompt of one cell, made inside the queued job and dropped after its call. */
export interface BuiltPrompt {
  readonly promptKey: string;
  readonly sample: Sample;
  /** For `api: chat`. */
  readonly messages: readonly PromptMessage[];
  /** For `api: completions`: the whole text up to the answer stem. */
  readonly text: string | SlicedText;
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
  readonly tokensField?: Connection['tokensField'];
  readonly api: 'chat' | 'completions';
  readonly maxTokens: number;
  /** null: not sent. */
  readonly temperature: number | null;
  readonly extraBody: JsonObject;
  /** Stop sequences, for `api: completions`. */
  readonly stop: readonly string[];
  /** Per million tokens in USD; null = unknown, rows then carry costUsd null. */
  readonly priceUsd: Price | null;
  /** The price as it was set, in whatever currency; absent: none was. */
  readonly price?: OwnPrice | null;
  /** Which cells share a text, for the estimate of what a prefix cache serves; absent: none do. */
  readonly sharedText?: SharedText;
  /** The model's template overhead is not known: one call goes alone first, so that `learnCount` can settle it. */
  readonly overheadUnknown: boolean;
  /** Names what answers may change of how prompts are laid out; null or absent: they are not laid out before their turn. */
  readonly layoutState?: () => string | null;
  /** Called with each answered prompt and the server's own count of it. */
  learnCount(sample: Pick<Sample, 'promptTokens' | 'tokenEstimate'>, countedTokens: number): void;
  /** Called with the window, in tokens, that the endpoint named when it refused a prompt. */
  learnWindow?(tokens: number): void;
  /** Called with all that calls differ in since the endpoint does not take it, in the manifest's words. */
  learnAdapted?(words: readonly string[]): void;
  /** How the model is tried by canaries where it reports no usage; absent: it is not. */
  readonly canaries?: { readonly controlLength: number; build(place: CanaryPlace): Promise<Canary> };
  /**
   * The share of a prompt that must be missing before it counts as cut: more where planned tokens are an estimate, since a difference
   * between tokenizers is no cut.
   * @default 0.01
   */
  readonly cutShare?: () => number;
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
      /** The cells still to ask, a model each, in the order of the calls. */
      readonly toAsk: readonly CellsToAsk[];
      /** What asking them comes to. */
      readonly estimate: RunEstimate;
      /** What the rows that exist have used of the budget. */
      readonly spent: Spending;
    }
  /** Which tokenizer `auto` came to, and in a sentence what that means for exactness. */
  | {
      readonly type: 'tokenizer';
      readonly model: string;
      readonly tokenizer: string;
      readonly message: string;
    }
  /** The corpus is being tokenised for a model: seconds for a million tokens, nothing where it was done before. */
  | { readonly type: 'preparing'; readonly model: string; readonly tokenizer: string }
  | { readonly type: 'warning'; readonly message: string }
  /** A file of a public corpus is being downloaded; first with 0 bytes. */
  | { readonly type: 'corpus'; readonly file: string; readonly bytes: number; readonly total: number }
  | {
      readonly type: 'attempt';
      readonly cell: Cell;
      readonly attempt: number;
      readonly reason: string;
      readonly waitMs: number;
    }
  | { readonly type: 'result'; readonly result: Result }
  | {
      readonly type: 'stopping';
      readonly why: 'interrupted' | 'budget' | 'fatal';
      readonly message: string;
      /** The one model that is asked no more; absent where the whole run ends. */
      readonly model?: string;
    }
  | { readonly type: 'finished'; readonly summary: RunSummary }
  | CallEvent;

/** The cells of one model that are still to be asked, in the order of the calls. */
export interface CellsToAsk {
  readonly model: string;
  /** Models of one number share their calls at a time. */
  readonly endpoint: number;
  /** Tokens a cell. */
  readonly contextLengths: readonly number[];
}

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
  /** What this command's calls were estimated to come to, and what they did. */
  readonly estimate: RunEstimate;
  readonly actual: RunActual;
}
