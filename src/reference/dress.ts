import type { ReplyUsage } from './reply.ts';

/** A request that does not fit, in tokens. */
export interface TooLong {
  readonly window: number;
  readonly promptTokens: number;
  readonly maxTokens: number;
}

/** An answer with an error: HTTP status and JSON body. */
export interface Refusal {
  readonly status: number;
  readonly body: object;
}

/** The words and figures of a kind of server or service, which the known-answer endpoint can put on. It never takes a maker's model. */
export interface Dress {
  /** Where its API lies on its host. */
  readonly base: string;
  /** What happens to a prompt over the window: an error, or Ollama's silent half. */
  readonly overLength: 'refuse' | 'halve';
  /** What must fit the window: prompt and answer, or the prompt alone. */
  readonly fits: 'prompt and answer' | 'prompt';
  refuse(request: TooLong): Refusal;
  /** Too many calls. */
  turnAway(): Refusal;
  /** The usage block, from its usual fields. */
  usage(usage: ReplyUsage): object;
  /** How its model list tells the window; nothing where it does not. */
  listed(window: number): object;
  /** The dialect of its `POST /tokenize`: SGLang's is vLLM's without strings; null: there is no such route. */
  readonly tokenize: 'both' | 'vllm' | 'sglang' | 'llama.cpp' | null;
  /** What comes before an answer while it waits: on a stream, and before a JSON body. */
  readonly keepAlive: { readonly stream: string; readonly body: string };
}

/** What most of them have in common with OpenAI. */
export const plainDress: Dress = {
  base: '/v1',
  overLength: 'refuse',
  fits: 'prompt and answer',
  refuse: (request) => refusal(400, { message: requested(request), type: 'BadRequestError', code: 400 }),
  turnAway: () =>
    refusal(429, { message: 'Rate limit reached for requests.', type: 'rate_limit_error', code: 429 }),
  usage: (usage) => usage,
  listed: (window) => ({ max_model_len: window }),
  tokenize: 'both',
  keepAlive: { stream: '', body: '' },
};

/** As vLLM has said it for years, and others after it. */
export function requested({ window, promptTokens, maxTokens }: TooLong): string {
  return (
    `This model's maximum context length is ${window} tokens. However, you requested ${promptTokens + maxTokens} tokens ` +
    `(${promptTokens} in the messages, ${maxTokens} in the completion). Please reduce the length of the messages or completion.`
  );
}

/** An error in OpenAI's envelope. */
export function refusal(
  status: number,
  error: {
    readonly message: string;
    readonly type?: string;
    readonly param?: string;
    readonly code?: string | number;
  },
): Refusal {
  const { message, type = 'invalid_request_error', param = null, code = null } = error;
  return { status, body: { error: { message, type, param, code } } };
}

/** The three counts and nothing else. */
export function bareUsage({ prompt_tokens, completion_tokens, total_tokens }: ReplyUsage): object {
  return { prompt_tokens, completion_tokens, total_tokens };
}
