import type { JsonObject } from '../core/json.ts';

/** What is known of a kind of server or a hosted service: one row of the endpoint table. A config's own keys win. */
export interface Provider {
  readonly label: string;
  /** Where it usually answers. */
  readonly baseUrl: string;
  /** Older and regional addresses that it is known by too. */
  readonly otherBaseUrls: readonly string[];
  /** The environment variable its key is usually kept in; null = no key. */
  readonly apiKeyEnv: string | null;
  /** How it wants the answer's limit called. */
  readonly tokensField: 'max_tokens' | 'max_completion_tokens';
  /** Request fields that turn thinking off and on, for models that can; null where none are known. */
  readonly thinking: { readonly off: JsonObject; readonly on: JsonObject } | null;
  /** Whether it hands `chat_template_kwargs` to the chat template. Services do not, and some refuse the field. */
  readonly templateKwargs: boolean;
  /** What every request must say, or the service would do something to the prompt. */
  readonly extraBody: JsonObject;
  /** Who can tell the tokens of a text: `POST /tokenize` in one of two dialects, or nothing but the usage of an answer. */
  readonly counting: 'vllm' | 'llama.cpp' | 'usage';
  /** The field of its model list, or the route, that tells the served window; null where nothing does. */
  readonly servedWindow: string | null;
  /** The field of `usage` that counts what the prefix cache gave; null where it counts none. */
  readonly cachedTokens: string | null;
  /** How it refuses a prompt over its window: status, and a code or words that stand in the body. `silent`: it may cut instead. */
  readonly overflow: { readonly status: number; readonly sign: string; readonly silent: string | null };
  /** How it says that there are too many calls; null for servers that queue them. */
  readonly rateLimit: { readonly status: number; readonly sign: string } | null;
  /** null: it has no batch API that we know of. */
  readonly batch: BatchSupport | null;
  readonly sources: readonly string[];
  /** Fields that no documentation was at hand for. */
  readonly unverified: readonly string[];
}

interface BatchSupport {
  /** Off the price of a call, in percent; null: not known, or nothing is paid. */
  readonly discountPercent: number | null;
  /** In one file; null: not known. */
  readonly mostRequests: number | null;
  readonly mostMegabytes: number | null;
  readonly note: string | null;
}

export const chatTemplateThinking = {
  off: { chat_template_kwargs: { enable_thinking: false } },
  on: { chat_template_kwargs: { enable_thinking: true } },
} as const;
export const typedThinking = {
  off: { thinking: { type: 'disabled' } },
  on: { thinking: { type: 'enabled' } },
} as const;
export const flagThinking = { off: { enable_thinking: false }, on: { enable_thinking: true } } as const;
