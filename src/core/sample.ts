import type { SlicedText } from './sliced-text.ts';

/** Where a needle was asked to lie and where it lies. */
interface NeedlePlacement {
  readonly requestedDepth: number;
  /** Tokens of haystack before the needle / tokens of haystack, from 0 to 1. */
  readonly depth: number;
  /** Tokens of the whole prompt before the needle. */
  readonly tokenOffset: number;
}

/** What was made for one cell, as it is stored in a result row: figures and hashes, not the text. */
export interface Sample {
  /** Planned tokens as the server counts them, chat template included. promptTokens + maxTokens <= contextLength. */
  readonly promptTokens: number;
  /**
   * Only where token counts are estimates: the model's tokens for one of the stand-in tokenizer's, and the error as a share, as believed
   * when this prompt was made. With them the same prompt can be made again.
   */
  readonly tokenEstimate?: { readonly scale: number; readonly error: number };
  /** UTF-16 length of all message texts. */
  readonly promptChars: number;
  /** SHA-256 of the prompt as sent (see `prompt/message.ts`). */
  readonly promptSha256: string;
  /** The strings a right answer holds. */
  readonly target: readonly string[];
  readonly needles: readonly NeedlePlacement[];
  /** The question as asked; null in imports. */
  readonly question: string | null;
  /** Each needle's text with the text around it, for the report; null in imports. */
  readonly evidence: readonly NeedleEvidence[] | null;
}

interface NeedleEvidence {
  readonly before: string;
  readonly needle: string;
  readonly after: string;
}

export type Role = 'system' | 'user' | 'assistant';
export interface Message {
  readonly role: Role;
  readonly content: string;
}

/** A message as it is sent: its text may be a million tokens that exist as slices only. */
export interface PromptMessage {
  readonly role: Role;
  readonly content: string | SlicedText;
}
