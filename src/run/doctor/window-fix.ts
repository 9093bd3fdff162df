import type { ServerKind } from '../../client/server-facts.ts';

/** What a fix for too small a window depends on. */
export interface WindowNeed {
  readonly kind: ServerKind | null;
  /** The id as sent. */
  readonly model: string;
  /** Tokens that are to fit, answer included. */
  readonly tokens: number;
  /** Of llama.cpp; null = not known. */
  readonly slots: number | null;
}

/** How a server is given a window of so many tokens, in one line. Flags as its documentation had them in November 2026. */
export function windowFix({ kind, model, tokens, slots }: WindowNeed): string {
  switch (kind) {
    case 'Ollama':
      return `start it with OLLAMA_CONTEXT_LENGTH=${tokens} ollama serve (the API has no field for it)`;
    case 'vLLM':
      return `vllm serve ${shellWord(model)} --max-model-len ${tokens}${yarnOverride(model, tokens)}`;
    case 'SGLang':
      return `start it with --context-length ${tokens}`;
    case 'llama.cpp':
      return slots !== null && slots > 1
        ? `start it with -c ${tokens * slots} -np ${slots}: -c is shared among the slots (or -c ${tokens} -np 1)`
        : `start it with -c ${tokens} -np 1: -c is shared among the slots of -np`;
    case 'LM Studio':
      return `lms load ${shellWord(model)} --context-length ${tokens}`;
    case null:
      return `give the server a window of ${tokens} tokens (Ollama: OLLAMA_CONTEXT_LENGTH; vLLM: --max-model-len; SGLang: --context-length; llama.cpp: -c, shared among slots)`;
  }
}

/** A name that may have come from a server, as one word of a command that someone may paste. */
export function shellWord(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const qwen2Trained = 32_768;

/**
 * Qwen2 was trained on 32,768 tokens and reaches further by YaRN, which must be switched on; vLLM took `--rope-scaling` for it until
 * 0.11.1 (its pull request 28006) and takes this since. Factor and base as on the model cards.
 */
function yarnOverride(model: string, tokens: number): string {
  if (!/qwen-?2(?!\d)/i.test(model) || tokens <= qwen2Trained) return '';
  const rope = {
    rope_type: 'yarn',
    factor: Math.max(2, Math.ceil(tokens / qwen2Trained)),
    original_max_position_embeddings: qwen2Trained,
    rope_theta: 1_000_000,
  };
  return ` --hf-overrides '${JSON.stringify({ rope_parameters: rope })}'`;
}
