import type { JsonObject } from '../core/json.ts';
import type { Bilingual, Language } from '../core/language.ts';

export const runStatuses = ['started', 'finished', 'aborted'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** A model as it took part in a run. Windows in tokens; null = not known. */
export interface ModelRecord {
  /** The label in rows (`cell.model`). */
  readonly name: string;
  /** The id sent to the endpoint; null in imports. */
  readonly model: string | null;
  readonly maker: string | null;
  readonly parameters: string | null;
  /** Host and port only; null in imports. */
  readonly endpointHost: string | null;
  /** True for `known-answer/*`: SIMULATED must stand across its plots in every format. */
  readonly simulated: boolean;
  /** What the maker (or the config's `contextWindow`) claims, what its config file says, what its docs say, what the server serves. */
  readonly windows: {
    readonly claimed: number | null;
    readonly config: number | null;
    readonly documented: number | null;
    readonly served: number | null;
  };
  readonly tokenizer: {
    readonly id: string;
    readonly exact: boolean;
    /** Of calibrated counts: the model's tokens for one of the stand-in's, and the error as a share, as last learnt. */
    readonly estimate?: { readonly scale: number; readonly error: number };
  } | null;
  /** Tokens the chat template adds to one user message, as known or learned from the first usage. */
  readonly templateOverhead: number | null;
  readonly maxTokens: number | null;
  readonly price: {
    readonly input: number;
    readonly cachedInput: number | null;
    readonly output: number;
    readonly currency: string;
  } | null;
  /** A sentence for the reader, e.g. what a simulated profile plants. */
  readonly note: Bilingual | null;
  /** How calls to it differ from what was asked for, since it does not take it: `no temperature`, `max_completion_tokens`. */
  readonly adapted?: readonly string[];
}

export interface TaskRecord {
  /** As in `cell.task`. */
  readonly id: string;
  /** The row of the task table; null in imports of unknown tasks. */
  readonly name: string | null;
  readonly version: number;
  readonly scorer: string;
  /** A user's or a fixed needle; null where each cell has its own. */
  readonly needle: string | null;
}

/** The cells planned for one model and task: every length × depth × trial. */
export interface Grid {
  readonly model: string;
  readonly task: string;
  readonly contextLengths: readonly number[];
  readonly depths: readonly number[];
  readonly trials: number;
  /** Imports whose source has more answers at some places than at others: only those that it holds are planned. */
  readonly uneven?: boolean;
}

interface CorpusRecord {
  readonly id: string;
  readonly language: Language;
  /** Identity that result keys use: of the files' bytes, or of the generator's data, version and seed. */
  readonly sha256: string;
  /** UTF-16 length of the text made ready for this run. */
  readonly chars: number;
  readonly origin: 'generated' | 'catalogue' | 'files';
}

/** Figures of someone else's published result, never mixed with measured ones. */
export interface ImportRecord {
  /** Where the figures come from, printed under every chart. */
  readonly source: string;
  readonly format: string;
  /** The publisher's own chart: title, axis titles and tick labels where they differ from ours. */
  readonly title: string | null;
  readonly xTitle: string | null;
  readonly yTitle: string | null;
  readonly note: Bilingual | null;
}

/** `manifest.json`: what a run was asked to do and how far it came. */
export interface Manifest {
  readonly v: 1;
  readonly tool: { readonly name: 'needlescope'; readonly version: string };
  /** The folder's name. */
  readonly run: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** The resolved config without secrets. */
  readonly config: JsonObject;
  readonly configSha256: string;
  readonly seed: number;
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly lengthBy: string;
  readonly corpus: CorpusRecord | null;
  readonly models: readonly ModelRecord[];
  readonly tasks: readonly TaskRecord[];
  readonly grids: readonly Grid[];
  readonly plannedCells: number;
  readonly imported: ImportRecord | null;
  /** What result keys were made of, by `model / task`: a resumed run tells from it what was changed. */
  readonly identities?: Readonly<Record<string, JsonObject>>;
  /** The runs that `merge` joined into this one. */
  readonly merged?: readonly MergedPart[];
  /** The SHA-256 of the prompt pack whose prompts were asked; absent: they were made from the config. */
  readonly pack?: string;
}

/** A run that became part of a merged one. */
interface MergedPart {
  readonly run: string;
  readonly shard: Manifest['shard'];
  readonly rows: number;
}
