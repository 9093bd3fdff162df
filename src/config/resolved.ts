import type { JsonObject } from '../core/json.ts';
import type { Language } from '../core/language.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { apis, orders, TokenizerSpec } from './model-entry.ts';
import type { CorpusId } from './schema.ts';
import type { Bar } from './task-entry.ts';

export type Api = (typeof apis)[number];
type Order = (typeof orders)[number];

/** A model with every setting decided. Holds no address, key or header: those are in its `Connection`. */
export interface ResolvedModel {
  /** The label in rows; unique in a run. */
  readonly name: string;
  /** The id sent to the endpoint; empty: the only one that the endpoint lists. */
  readonly model: string;
  readonly preset: string | null;
  readonly provider: string | null;
  /** Host and port; null for the embedded known-answer endpoint, or where a plan does without an address. */
  readonly endpointHost: string | null;
  /** The name of the variable, not what is in it. */
  readonly apiKeyEnv: string | null;
  readonly maker: string | null;
  readonly parameters: string | null;
  readonly simulated: boolean;
  /** What a simulated profile plants, for the reader. */
  readonly note: { readonly en: string; readonly zh: string } | null;
  /** Tokens; null = not known. */
  readonly windows: {
    readonly claimed: number | null;
    readonly config: number | null;
    readonly documented: number | null;
  };
  readonly tokenizer: TokenizerSpec;
  readonly templateOverhead: number | null;
  readonly api: Api;
  readonly maxTokens: number;
  /** null: not sent. */
  readonly temperature: number | null;
  readonly stop: readonly string[];
  readonly extraBody: JsonObject;
  /** Per million tokens; null = unknown. */
  readonly price: {
    readonly input: number;
    readonly cachedInput: number | null;
    readonly output: number;
    readonly currency: string;
  } | null;
  /** Ascending, in tokens; null: chosen up to the window when the run starts. */
  readonly contextLengths: readonly number[] | null;
  /** Ascending, 0 to 1. */
  readonly depths: readonly number[];
  readonly trials: number;
  readonly order: Order;
}

export interface ResolvedTask {
  /** As in `cell.task`. */
  readonly id: string;
  readonly name: TaskName;
  /** Checked by the task's own schema. */
  readonly params: JsonObject;
  /** null: the default bar. */
  readonly bar: Bar | null;
}

/** A corpus by its id, or files relative to `Resolution.baseDir`; `repeat` stands where a text may be repeated, and only there. */
export type CorpusChoice =
  | CorpusId
  | { readonly id: CorpusId; readonly repeat: true }
  | { readonly files: readonly string[]; readonly language: Language; readonly repeat?: true };

/** A run as it will be done: every setting decided, JSON all through, no secret in it. */
export interface ResolvedConfig {
  readonly version: 1;
  readonly models: readonly ResolvedModel[];
  readonly tasks: readonly ResolvedTask[];
  readonly lengthBy: string;
  readonly trials: number;
  readonly corpus: CorpusChoice;
  readonly haystacks: 'fresh' | 'shared' | 'nested';
  readonly strategy: 'grid' | 'adaptive';
  readonly prompt: {
    readonly system: string | null;
    readonly questionPosition: 'after' | 'before' | 'both';
  };
  readonly seed: number;
  readonly execution: {
    readonly concurrency: number;
    readonly requestsPerMinute: number | null;
    readonly tokensPerMinute: number | null;
    readonly timeoutSeconds: number;
    readonly maxAttempts: number;
    readonly stream: boolean;
  };
  readonly budget: {
    /** In USD. */
    readonly cost: number | null;
    readonly promptTokens: number | null;
    readonly minutes: number | null;
  };
  /** As written; each is known to parse. */
  readonly thresholds: readonly string[];
  /** The folder of the run, relative to the working directory. */
  readonly output: string;
}

/** The resolved config as the manifest stores it: plain JSON, no address, key or header value. */
export function configForManifest(config: ResolvedConfig): JsonObject {
  return JSON.parse(JSON.stringify(config)) as JsonObject;
}
