import type { EndpointErrorKind } from '../../client/endpoint-error.ts';
import type { ListedModel } from '../../client/openai-client.ts';
import type { ServerFacts } from '../../client/server-facts.ts';
import type { Completion } from '../../core/completion.ts';

/** One question of a probe and what came back. */
export type Probe = {
  /** Tokens of its prompt as planned. */
  readonly planned: number;
  /** Of them, those planned around its text: template or BOS. */
  readonly around: number;
  /** The whole length, answer included. */
  readonly contextLength: number;
  /** The number that a right answer holds; null where it was no canary. */
  readonly code: string | null;
} & (
  | { readonly completion: Completion; readonly error: null }
  | { readonly completion: null; readonly error: ProbeError }
);

interface ProbeError {
  readonly kind: EndpointErrorKind;
  readonly message: string;
  /** The window that a refusal named. */
  readonly servedWindow: number | null;
}

/** The model as it is to be tested. */
interface Patient {
  /** The id sent. */
  readonly model: string;
  readonly api: 'chat' | 'completions';
  readonly maxTokens: number;
  /** Tokens; null = nobody claims anything. */
  readonly claimed: number | null;
  /** The longest planned cell, in tokens. */
  readonly longest: number;
}

/** All that was seen of one model before judging it. */
export interface Observed {
  readonly patient: Patient;
  readonly listed: readonly ListedModel[] | null;
  readonly server: ServerFacts;
  /** The window as listed or told by the server; null = not told. */
  readonly window: number | null;
  readonly tokenizer: { readonly id: string; readonly exact: boolean; readonly warning: string | null };
  /** Whether the tokens around a prompt were known before anything was asked. */
  readonly overheadKnown: boolean;
  /** The share of a prompt that must be missing before it counts as cut. */
  readonly cutShare: number;
  /** Parameters that the endpoint turned out not to take. */
  readonly adapted: readonly string[];
  /** A question whose answer has many tokens. */
  readonly talk: Probe;
  /** Canaries: a short one, the same again, one of another size (null: the grid has none), and one of the longest planned length. */
  readonly short: Probe | null;
  readonly again: Probe | null;
  readonly middle: Probe | null;
  readonly longest: Probe | null;
}
