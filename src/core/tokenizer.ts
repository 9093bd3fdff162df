/**
 * Where a text may be cut so that token counts on both sides add up (hard boundaries, see haystack/hard-boundary.ts).
 * `split-regex`: a stateless pre-tokenizer in the style of cl100k/o200k/Llama 3/Qwen. `gpt2`: one in the style of GPT-2, which glues
 * line breaks to what follows. `none`: no such promise; every count is checked once on the finished prompt.
 */
export type SplitRule = 'split-regex' | 'gpt2' | 'none';

/** Counts tokens of plain text: no special tokens are added, special-token text counts as text. */
export interface Tokenizer {
  /** Stable identity, part of result keys: `o200k_base`, `server:<model>`, `tokenizer.json:<12 hex digits of its hash>`. */
  readonly id: string;
  /** Whether counts equal the model's own; false marks every count as an estimate. */
  readonly exact: boolean;
  readonly splitRule: SplitRule;
  /** What pins the vocabulary where the id alone does not, for caches on disk; null: nothing does, and nothing is cached. */
  readonly fingerprint?: string | null;
  /** Tokens of `text`. A promise only where the tokenizer lives on a server. */
  count(text: string): number | Promise<number>;
  /**
   * UTF-8 bytes of each token of `text`, in order; they add up to the bytes of `text`. One call then gives the counts at all hard
   * boundaries of a long stretch. Absent where tokens are not pieces of the text; null where this text's are not.
   */
  tokenBytes?(text: string): TokenBytes | null | Promise<TokenBytes | null>;
}

export type TokenBytes = Uint32Array | Uint16Array | readonly number[];
