/**
 * Where a text may be cut so that token counts on both sides add up (hard boundaries, see haystack/hard-boundary.ts).
 * `split-regex`: a stateless pre-tokenizer in the style of cl100k/o200k/Llama 3/Qwen. `none`: no such promise; every count
 * is checked once on the finished prompt.
 */
export type SplitRule = 'split-regex' | 'none';

/** Counts tokens of plain text: no special tokens are added, special-token text counts as text. */
export interface Tokenizer {
  /** Stable identity, part of result keys: `o200k_base`, `server:<model>`. */
  readonly id: string;
  /** Whether counts equal the model's own; false marks every count as an estimate. */
  readonly exact: boolean;
  readonly splitRule: SplitRule;
  /** Tokens of `text`. A promise only where the tokenizer lives on a server. */
  count(text: string): number | Promise<number>;
}
