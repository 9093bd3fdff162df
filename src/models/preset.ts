import type { JsonObject } from '../core/json.ts';

/** What is known of a model before any server is asked: one row of the model table. */
export interface ModelPreset {
  /** As people write it. */
  readonly label: string;
  /** null for the known-answer endpoint: its models never carry a maker's name. */
  readonly maker: string | null;
  readonly parameters: string | null;
  /** The id sent to the endpoint: the canonical Hugging Face repository, as vLLM and SGLang serve it by default. */
  readonly id: string;
  /** Tokens: what the model's config file says, and what its documentation promises. They differ more often than not. */
  readonly windows: { readonly config: number; readonly documented: number };
  /** Tokens that the article's comparison table gives this model; null for models it does not name. */
  readonly articleClaim: number | null;
  /** A tokenizer's name, or `auto`: ask the server, with the family as a hint. */
  readonly tokenizer: string;
  readonly tokenizerFamily: TokenizerFamily;
  /** Tokens the chat template adds to one user message without a system message; null = learn it from the first usage. */
  readonly templateOverhead: number | null;
  /** Sent with every request unless the config says otherwise. */
  readonly extraBody: JsonObject;
  readonly price: PublishedPrice | null;
  /** The grid of the maker's own needle chart; null where it published none that we could read. */
  readonly publishedGrid: PublishedGrid | null;
  readonly stop: readonly string[];
  readonly sources: readonly string[];
  /** The day these facts were last held against their sources (YYYY-MM-DD); null = not yet. */
  readonly verifiedOn: string | null;
  /** True for `known-answer/*` only. */
  readonly simulated: boolean;
  /** A sentence for the reader of a report, e.g. what a simulated profile plants. */
  readonly note: { readonly en: string; readonly zh: string } | null;
}

export type TokenizerFamily = 'llama-3' | 'glm-4' | 'qwen2' | 'deepseek-v2' | 'o200k';

/** Per million tokens, as someone published it on a date. */
interface PublishedPrice {
  readonly input: number;
  readonly cachedInput: number | null;
  readonly output: number;
  readonly currency: string;
  /** A year or a day. */
  readonly asOf: string;
  readonly source: string;
}

interface PublishedGrid {
  readonly contextLengths: readonly number[];
  /** 0 to 100, as printed on the chart. */
  readonly depthPercents: readonly number[];
}
