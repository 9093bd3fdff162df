/** Tokens that a chat template adds where nothing better is known. */
export const assumedOverhead = 8;

/** What a model's chat template adds to a prompt: known from the model table or the server, or learned from the first answer. */
export interface TemplateOverhead {
  readonly tokens: () => number;
  readonly known: () => boolean;
  /** Takes the server's own count of a prompt that was planned with `plannedTokens`. */
  learn(plannedTokens: number, countedTokens: number): void;
}

/** Starts from a known figure, or from the assumed 8 tokens that the first usage corrects. */
export function templateOverhead(known: number | null): TemplateOverhead {
  let tokens = known ?? assumedOverhead;
  let settled = known !== null;
  return {
    tokens: () => tokens,
    known: () => settled,
    learn: (planned, counted) => {
      if (settled) return;
      const found = tokens + counted - planned;
      // A template adds a handful of tokens, or a default system prompt. Anything else is another tokenizer or a cut prompt.
      if (found < 0 || found > 512) return;
      tokens = found;
      settled = true;
    },
  };
}
