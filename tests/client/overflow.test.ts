import { expect, test } from 'vitest';
import { classifyError } from '../../src/client/classify.ts';
import { readErrorBody } from '../../src/client/error-body.ts';
import { recogniseOverflow } from '../../src/client/overflow.ts';

const envelope = (message: string, more: object = {}): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', ...more } });

const overflows: readonly (readonly [who: string, status: number, body: string, window: number | null])[] = [
  [
    'OpenAI',
    400,
    envelope(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens.",
      {
        code: 'context_length_exceeded',
      },
    ),
    128_000,
  ],
  [
    'OpenAI, newer',
    400,
    envelope('Your input exceeds the context window of this model.', { code: 'context_length_exceeded' }),
    null,
  ],
  [
    'vLLM, requested',
    400,
    envelope(
      "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8872 in the messages, 128 in the completion).",
    ),
    8_192,
  ],
  [
    'vLLM, flat',
    400,
    JSON.stringify({
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.",
      code: 400,
    }),
    4_096,
  ],
  ['vLLM, input', 400, envelope("Input length (9000) exceeds model's maximum context length (8192)."), 8_192],
  ['vLLM, negative', 400, envelope('max_tokens must be at least 1, got -344.'), null],
  [
    'vLLM, max_model_len',
    400,
    envelope('max_completion_tokens=9000 cannot be greater than max_model_len=8192. Please request fewer.'),
    8_192,
  ],
  [
    'DeepSeek',
    400,
    envelope(
      "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (69872 in the messages, 128 in the completion).",
      { code: 'invalid_request_error' },
    ),
    65_536,
  ],
  [
    'SGLang, flat',
    400,
    JSON.stringify({
      object: 'error',
      message: "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
    }),
    8_192,
  ],
  [
    'SGLang, requested',
    400,
    envelope("Requested token count exceeds the model's maximum context length of 8192 tokens."),
    8_192,
  ],
  [
    'Together',
    422,
    envelope("input (9001 tokens) is longer than the model's context length (8193 tokens)"),
    8_193,
  ],
  [
    'TGI',
    422,
    JSON.stringify({
      error:
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs`',
      error_type: 'validation',
    }),
    4_096,
  ],
  [
    'llama.cpp',
    400,
    JSON.stringify({
      error: {
        code: 400,
        message: 'request (80032 tokens) exceeds the available context size (8192 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 80_032,
        n_ctx: 8_192,
      },
    }),
    8_192,
  ],
  [
    'llama.cpp, 500',
    500,
    JSON.stringify({
      error: {
        code: 500,
        message: 'the request exceeds the available context size',
        type: 'exceed_context_size_error',
      },
    }),
    null,
  ],
  ['Zhipu', 400, JSON.stringify({ error: { code: '1261', message: 'Prompt 超长' } }), null],
  [
    'DashScope',
    400,
    JSON.stringify({ code: 'InvalidParameter', message: 'Range of input length should be [1, 30720]' }),
    30_720,
  ],
  [
    'OpenRouter',
    400,
    JSON.stringify({
      error: {
        code: 400,
        message:
          "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens.",
      },
    }),
    131_072,
  ],
  ['Groq', 400, envelope('Please reduce the length of the messages or completion.'), null],
  ['Cerebras, 400', 400, '', null],
  ['Cerebras, 413', 413, '', null],
  ['a proxy', 413, '<html><h1>413 Request Entity Too Large</h1></html>', null],
  [
    'Ollama',
    400,
    envelope('the prompt is longer than the context length currently available; shorten it'),
    null,
  ],
  [
    'LM Studio',
    400,
    JSON.stringify({
      error:
        'Trying to keep the first 9000 tokens when context overflows. However, the model is loaded with context length of only 4096 tokens',
    }),
    4_096,
  ],
  [
    'LM Studio, older',
    400,
    JSON.stringify({
      error:
        'The number of tokens to keep from the initial prompt is greater than the context length (4096).',
    }),
    null,
  ],
  [
    'vLLM, input only',
    400,
    envelope(
      "You passed 8065 input tokens and requested 128 output tokens. However, the model's context length is only 8192 tokens, resulting in a maximum input length of 8064 tokens. Please reduce the length of the input prompt.",
      { param: 'input_tokens', code: 400 },
    ),
    8_192,
  ],
  [
    'vLLM, at the engine',
    400,
    JSON.stringify({
      object: 'error',
      message: 'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
      type: 'BadRequestError',
      code: 400,
    }),
    8_192,
  ],
  [
    'Gemini',
    400,
    JSON.stringify([
      {
        error: {
          code: 400,
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
          status: 'INVALID_ARGUMENT',
        },
      },
    ]),
    1_048_576,
  ],
  ['Anthropic', 400, envelope('prompt is too long: 213462 tokens > 200000 maximum'), 200_000],
  [
    'xAI',
    400,
    envelope("This model's maximum prompt length is 131072 but the request contains 537812 tokens."),
    131_072,
  ],
  [
    'Moonshot',
    400,
    envelope('Invalid request: Your request exceeded model token limit: 131072 (requested: 140000)'),
    131_072,
  ],
  ['MiniMax', 400, envelope('invalid params, context window exceeds limit (2013)'), null],
  [
    'Mistral',
    400,
    JSON.stringify({
      object: 'error',
      message:
        'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      type: 'invalid_request_prompt',
      code: '3051',
    }),
    32_768,
  ],
  [
    'SiliconFlow',
    400,
    JSON.stringify({
      code: 20_015,
      message: 'length of prompt_tokens (40960) must be less than max_seq_len (32768).',
      data: null,
    }),
    32_768,
  ],
  ['Copilot', 400, envelope('prompt token count of 70000 exceeds the limit of 64000'), 64_000],
  [
    'Ollama, newer',
    400,
    envelope('prompt too long; exceeded max context length by 812 tokens', { type: 'api_error' }),
    null,
  ],
  ['a gateway in Chinese', 400, envelope('输入长度超过模型上限'), null],
  [
    'OpenRouter, of the provider behind it',
    400,
    JSON.stringify({
      error: {
        code: 400,
        message: 'Provider returned error',
        metadata: {
          provider_name: 'P',
          raw: envelope(
            "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens.",
            {
              code: 'context_length_exceeded',
            },
          ),
        },
      },
    }),
    32_768,
  ],
];

test.each(overflows)('%s refuses a length', (_who, status, body, window) => {
  expect(recogniseOverflow(status, readErrorBody(body))).toEqual({ servedWindow: window });
});

const others: readonly (readonly [what: string, status: number, body: string, kind: string])[] = [
  [
    'a throttle that speaks of tokens',
    429,
    envelope('Too many tokens, please wait before trying again.'),
    'rate_limited',
  ],
  [
    "Groq's tokens a minute",
    413,
    envelope(
      'Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size',
      { code: 'rate_limit_exceeded' },
    ),
    'rejected',
  ],
  ["Zhipu's unpaid bill", 429, JSON.stringify({ error: { code: '1113', message: '余额不足' } }), 'balance'],
  [
    "Zhipu's concurrency",
    429,
    JSON.stringify({ error: { code: '1302', message: '并发过高' } }),
    'rate_limited',
  ],
  [
    "OpenAI's empty account",
    429,
    envelope('You exceeded your current quota.', { code: 'insufficient_quota' }),
    'balance',
  ],
  ["DeepSeek's empty account", 402, envelope('Insufficient Balance'), 'balance'],
  [
    "DashScope's filter",
    400,
    JSON.stringify({ code: 'data_inspection_failed', message: 'inappropriate' }),
    'filtered',
  ],
  ["Zhipu's filter", 400, JSON.stringify({ error: { code: '1301', message: '敏感' } }), 'filtered'],
  ['a wrong key', 401, envelope('Incorrect API key provided'), 'auth'],
  ['a wrong model', 404, envelope('The model `x` does not exist', { code: 'model_not_found' }), 'not_found'],
  ['a bad parameter', 400, envelope('top_k must be positive, got 429'), 'rejected'],
  ['an answer limit', 400, envelope('Range of max_tokens should be [1, 8192]'), 'rejected'],
  [
    'another answer limit',
    400,
    envelope('max_tokens is too large: 100000. This model supports at most 16384 completion tokens.'),
    'rejected',
  ],
  [
    "Zhipu's rate, in words of length",
    400,
    JSON.stringify({ error: { code: '1303', message: '请求超过限制，输入过长时间' } }),
    'rate_limited',
  ],
  [
    'a rate in Chinese',
    503,
    JSON.stringify({ error: { message: '请求超出频率上限，请稍后重试' } }),
    'server',
  ],
  [
    'a refusal that echoes a text about long prompts',
    422,
    JSON.stringify({
      detail: [
        {
          loc: ['body', 'top_k'],
          msg: 'unknown field',
          input: `${'The river. '.repeat(300)}prompt is too long`,
        },
      ],
    }),
    'rejected',
  ],
  ['a server loading its model', 503, envelope('Loading model', { type: 'unavailable_error' }), 'server'],
  ['a gateway', 502, '<html>Bad Gateway</html>', 'server'],
];

test.each(others)('%s is no overflow', (_what, status, body, kind) => {
  expect(classifyError(status, readErrorBody(body)).kind).toBe(kind);
});

test('an error inside a 200 goes by the status it names', () => {
  const body = readErrorBody(JSON.stringify({ error: { code: 429, message: 'slow down' } }));
  expect(classifyError(null, body)).toEqual({ kind: 'rate_limited', code: 'error_in_answer' });
});
