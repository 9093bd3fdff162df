/** Token counts as the server reported them; null where it did not. */
export interface Usage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
}

/** A model's answer as it came, thoughts taken apart. */
export interface Completion {
  /** The answer alone, `<think>` blocks removed. */
  readonly text: string;
  /** Thoughts: `reasoning_content`, `reasoning` or the inside of `<think>`; null where there were none. */
  readonly reasoning: string | null;
  /** As sent: `stop`, `length`, `content_filter`, …; null where the server named none. */
  readonly finishReason: string | null;
  readonly servedModel: string | null;
  readonly usage: Usage;
  /** Milliseconds to the first non-empty answer or thought; null without streaming. */
  readonly ttftMs: number | null;
  /** Milliseconds from the call to its last byte; absent in imports. */
  readonly latencyMs?: number;
}
