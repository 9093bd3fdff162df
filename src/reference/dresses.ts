import { bareUsage, type Dress, plainDress, refusal, requested } from './dress.ts';

/** Services list no window and count no texts. */
const service: Dress = {
  ...plainDress,
  listed: () => ({}),
  tokenize: null,
  turnAway: () =>
    refusal(429, { message: 'Rate limit reached for this model.', code: 'rate_limit_exceeded' }),
};

const zhipu: Dress = {
  ...service,
  base: '/api/paas/v4',
  refuse: () => ({ status: 400, body: { error: { code: '1261', message: 'Prompt 超长' } } }),
  turnAway: () => ({
    status: 429,
    body: { error: { code: '1302', message: '您的账户已达到速率限制，请您控制请求频率' } },
  }),
};

const dashscope: Dress = {
  ...service,
  base: '/compatible-mode/v1',
  refuse: ({ window }) =>
    refusal(400, {
      message: `<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, ${window}]`,
      code: 'invalid_parameter_error',
    }),
  turnAway: () => ({
    status: 429,
    body: { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded, please try again later.' },
  }),
  fits: 'prompt',
};

/** A dress for every row of the endpoint table, in the shapes its documentation and recorded answers have. */
export const dresses = {
  vllm: {
    ...plainDress,
    usage: (usage) => ({ ...bareUsage(usage), prompt_tokens_details: null }),
    tokenize: 'vllm',
  },
  sglang: {
    ...plainDress,
    fits: 'prompt',
    refuse: ({ window, promptTokens }) => ({
      status: 400,
      body: {
        object: 'error',
        message: `The input (${promptTokens} tokens) is longer than the model's context length (${window} tokens).`,
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
    }),
    usage: (usage) => ({ ...bareUsage(usage), prompt_tokens_details: null, reasoning_tokens: 0 }),
    tokenize: 'sglang',
  },
  ollama: {
    ...plainDress,
    overLength: 'halve',
    refuse: () =>
      refusal(400, {
        message: 'the prompt is longer than the context length currently available to the model',
      }),
    turnAway: () =>
      refusal(503, { message: 'server busy, please try again.  maximum pending requests exceeded' }),
    usage: bareUsage,
    listed: () => ({}),
    tokenize: null,
  },
  'llama-cpp': {
    ...plainDress,
    fits: 'prompt',
    refuse: ({ window, promptTokens }) => ({
      status: 400,
      body: {
        error: {
          code: 400,
          message: `request (${promptTokens} tokens) exceeds the available context size (${window} tokens), try increasing it`,
          type: 'exceed_context_size_error',
          n_prompt_tokens: promptTokens,
          n_ctx: window,
        },
      },
    }),
    turnAway: () => refusal(503, { message: 'Loading model', type: 'unavailable_error', code: 503 }),
    listed: (window) => ({ meta: { n_ctx: window, n_ctx_train: window } }),
    tokenize: 'llama.cpp',
  },
  'lm-studio': {
    ...service,
    refuse: () => ({
      status: 400,
      body: {
        error:
          'The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length, or provide a shorter input',
      },
    }),
    usage: bareUsage,
  },
  xinference: {
    ...service,
    refuse: (request) => ({
      status: 400,
      body: { detail: `[address=127.0.0.1:40001, pid=1] ${requested(request)}` },
    }),
    usage: bareUsage,
  },
  openai: {
    ...service,
    refuse: ({ window, promptTokens }) =>
      refusal(400, {
        message: `This model's maximum context length is ${window} tokens. However, your messages resulted in ${promptTokens} tokens. Please reduce the length of the messages.`,
        param: 'messages',
        code: 'context_length_exceeded',
      }),
    fits: 'prompt',
  },
  zhipu,
  zai: zhipu,
  dashscope,
  'dashscope-intl': dashscope,
  deepseek: {
    ...service,
    refuse: (request) => refusal(400, { message: requested(request), code: 'invalid_request_error' }),
    usage: (usage) => ({
      ...usage,
      prompt_cache_hit_tokens: usage.prompt_tokens_details.cached_tokens,
      prompt_cache_miss_tokens: usage.prompt_tokens - usage.prompt_tokens_details.cached_tokens,
    }),
    keepAlive: { stream: ': keep-alive\n\n', body: '\n\n\n\n' },
  },
  siliconflow: {
    ...service,
    fits: 'prompt',
    refuse: ({ window, promptTokens }) => ({
      status: 400,
      body: {
        code: 20015,
        message: `length of prompt_tokens (${promptTokens}) must be less than max_seq_len (${window}).`,
        data: null,
      },
    }),
  },
  together: {
    ...service,
    fits: 'prompt',
    refuse: ({ window, promptTokens }) =>
      refusal(422, {
        message: `Input (${promptTokens} tokens) is longer than the model's context length (${window} tokens).`,
      }),
    listed: (window) => ({ context_length: window }),
  },
  openrouter: {
    ...service,
    base: '/api/v1',
    refuse: ({ window, promptTokens, maxTokens }) => ({
      status: 400,
      body: {
        error: {
          code: 400,
          message: `This endpoint's maximum context length is ${window} tokens. However, you requested about ${promptTokens + maxTokens} tokens (${promptTokens} of text input, ${maxTokens} in the output). Please reduce the length of either one.`,
          metadata: { provider_name: null },
        },
      },
    }),
    turnAway: () => ({
      status: 429,
      body: { error: { code: 429, message: 'Rate limit exceeded: requests per minute', metadata: {} } },
    }),
    usage: (usage) => ({ ...usage, cost: 0, is_byok: false }),
    listed: (window) => ({ context_length: window }),
    keepAlive: { stream: ': OPENROUTER PROCESSING\n\n', body: '\n         \n' },
  },
  groq: {
    ...service,
    base: '/openai/v1',
    refuse: () =>
      refusal(400, {
        message: 'Please reduce the length of the messages or completion.',
        param: 'messages',
        code: 'context_length_exceeded',
      }),
    usage: (usage) => ({ ...usage, queue_time: 0.01, prompt_time: 0.2, total_time: 0.3 }),
    listed: (window) => ({ context_window: window }),
  },
  fireworks: {
    ...service,
    base: '/inference/v1',
    fits: 'prompt',
    refuse: ({ window, promptTokens }) =>
      refusal(400, {
        message: `The prompt is too long: ${promptTokens}, model maximum context length: ${window}`,
      }),
  },
  deepinfra: { ...service, base: '/v1/openai' },
  novita: { ...service, base: '/openai/v1' },
} as const satisfies Record<string, Dress>;
export type DressName = keyof typeof dresses;
