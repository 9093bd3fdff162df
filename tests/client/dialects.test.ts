import { afterEach, expect, test } from 'vitest';
import type { EndpointError } from '../../src/client/endpoint-error.ts';
import type { Completion } from '../../src/core/completion.ts';
import type { Reply } from '../run/scripted-server.ts';
import { closeAll, endpoint, failureOf, question } from './scripted-endpoint.ts';

afterEach(closeAll);

const sse = (...values: readonly unknown[]): string[] =>
  values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
const delta = (content: object, finish: string | null = null): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  model: 'served',
  choices: [{ index: 0, delta: content, finish_reason: finish }],
});
const refusal = (json: unknown, status = 400, headers?: Readonly<Record<string, string>>): Reply =>
  headers === undefined ? { json, status } : { json, status, headers };
const usage = (promptTokens: number, cachedTokens: number | null = null): Completion['usage'] => ({
  promptTokens,
  completionTokens: 2,
  cachedTokens,
});

/** How the servers that people use answer, in the shapes they were seen with. */
const answers: readonly (readonly [who: string, reply: Reply, expected: Partial<Completion>])[] = [
  [
    'vLLM, usage in a chunk without choices',
    {
      events: sse(
        delta({ role: 'assistant', content: '' }),
        delta({ content: '48213' }),
        delta({ content: '' }, 'stop'),
        { id: 'c', choices: [], usage: { prompt_tokens: 90, total_tokens: 92, completion_tokens: 2 } },
        '[DONE]',
      ),
    },
    { text: '48213', finishReason: 'stop', servedModel: 'served', usage: usage(90) },
  ],
  [
    'vLLM with a reasoning parser',
    {
      events: sse(
        delta({ reasoning: 'It says ' }),
        delta({ reasoning: '48213.' }),
        delta({ content: '48213' }, 'stop'),
        '[DONE]',
      ),
    },
    { text: '48213', reasoning: 'It says 48213.' },
  ],
  [
    'Ollama, half of a prompt in a 200',
    {
      json: {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        model: 'served',
        system_fingerprint: 'fp_ollama',
        choices: [{ index: 0, message: { role: 'assistant', content: '48213' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 4_098, completion_tokens: 2, total_tokens: 4_100 },
      },
    },
    { text: '48213', usage: usage(4_098) },
  ],
  [
    'DeepSeek, blank lines while it waits',
    {
      text: `\n\n\n\n${JSON.stringify({
        model: 'served',
        choices: [{ message: { content: '48213', reasoning_content: 'hm' }, finish_reason: 'stop' }],
        usage: {
          prompt_tokens: 90,
          completion_tokens: 2,
          prompt_cache_hit_tokens: 64,
          prompt_cache_miss_tokens: 26,
        },
      })}`,
      headers: { 'content-type': 'application/json' },
    },
    { text: '48213', reasoning: 'hm', usage: usage(90, 64) },
  ],
  [
    'DeepSeek, comments while it waits',
    {
      events: [
        ': keep-alive\n\n',
        ': keep-alive\n\n',
        ...sse(
          delta({ role: 'assistant', content: '', reasoning_content: null }),
          delta({ content: '48213', reasoning_content: null }),
          {
            ...delta({ content: '' }, 'stop'),
            usage: { prompt_tokens: 90, completion_tokens: 2, prompt_cache_hit_tokens: 0 },
          },
          '[DONE]',
        ),
      ],
    },
    { text: '48213', usage: usage(90, 0) },
  ],
  [
    'OpenRouter, comments and a last chunk with usage and an empty choice',
    {
      events: [
        ': OPENROUTER PROCESSING\n\n',
        ...sse(
          delta({ content: '48213' }),
          delta({ content: '' }, 'stop'),
          {
            ...delta({ content: '' }),
            usage: {
              prompt_tokens: 90,
              completion_tokens: 2,
              prompt_tokens_details: { cached_tokens: 8 },
              cost: 0.001,
            },
          },
          '[DONE]',
        ),
      ],
    },
    { text: '48213', finishReason: 'stop', usage: usage(90, 8) },
  ],
  [
    'LM Studio, no finish reason',
    { events: sse(delta({ content: '48' }), delta({ content: '213' }), '[DONE]') },
    {
      text: '48213',
      finishReason: null,
      usage: { promptTokens: null, completionTokens: null, cachedTokens: null },
    },
  ],
  [
    'llama.cpp, pings, CRLF and timings',
    {
      events: [
        ':\r\n\r\n',
        `data: ${JSON.stringify(delta({ content: '48213' }))}\r\n\r\n`,
        `data: ${JSON.stringify({ ...delta({}, 'stop'), usage: { prompt_tokens: 90, completion_tokens: 2 }, timings: { prompt_n: 90 } })}\r\n\r\n`,
        'data: [DONE]\r\n\r\n',
      ],
    },
    { text: '48213', usage: usage(90) },
  ],
  [
    'SGLang, usage with nulls and a stop that names its token',
    {
      json: {
        model: 'served',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: '48213', reasoning_content: null, tool_calls: null },
            finish_reason: 'stop',
            matched_stop: 151_645,
          },
        ],
        usage: { prompt_tokens: 90, total_tokens: 92, completion_tokens: 2, prompt_tokens_details: null },
      },
    },
    { text: '48213', reasoning: null, usage: usage(90) },
  ],
  [
    'DashScope, the word null for as long as it goes on',
    {
      events: sse(
        { ...delta({ content: '48213' }, 'null'), usage: null },
        { ...delta({ content: '' }, 'stop'), usage: null },
        { choices: [], usage: { prompt_tokens: 90, completion_tokens: 2 } },
        '[DONE]',
      ),
    },
    { text: '48213', finishReason: 'stop', usage: usage(90) },
  ],
  [
    'Zhipu, its filter as a finish reason',
    { json: { model: 'served', choices: [{ message: { content: '' }, finish_reason: 'sensitive' }] } },
    { text: '', finishReason: 'sensitive' },
  ],
  [
    'Moonshot, cached tokens at the top',
    {
      json: {
        choices: [{ message: { content: '48213' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 90, completion_tokens: 2, cached_tokens: 64 },
      },
    },
    { text: '48213', usage: usage(90, 64) },
  ],
  [
    'a gateway that counts without what it had cached',
    {
      json: {
        choices: [{ message: { content: '48213' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 80 } },
      },
    },
    { usage: usage(90, 80) },
  ],
  [
    'Groq, usage in a drawer of its own',
    {
      events: sse(
        delta({ content: '48213' }),
        { ...delta({}, 'stop'), x_groq: { id: 'r', usage: { prompt_tokens: 90, completion_tokens: 2 } } },
        '[DONE]',
      ),
    },
    { text: '48213', usage: usage(90) },
  ],
  [
    'a server that counts nothing',
    {
      json: {
        choices: [{ message: { content: '48213' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 0, completion_tokens: 2 },
      },
    },
    { usage: { promptTokens: null, completionTokens: 2, cachedTokens: null } },
  ],
];

test.each(answers)('%s is read', async (_who, reply, expected) => {
  const { client } = await endpoint(() => reply);
  expect(await client.complete(question)).toMatchObject(expected);
});

const vllm = (message: string, more: object = {}): unknown => ({
  error: { message, type: 'BadRequestError', param: null, code: 400, ...more },
});

const failures: readonly (readonly [who: string, reply: Reply, expected: Partial<EndpointError>])[] = [
  [
    'vLLM, new envelope',
    refusal(
      vllm(
        "This model's maximum context length is 8192 tokens. However, your request has 9000 input tokens. Please reduce the length of the input messages.",
        { param: 'input_tokens' },
      ),
    ),
    { kind: 'overflow', servedWindow: 8_192, status: 400 },
  ],
  [
    'vLLM, old and flat',
    refusal({
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5128 tokens (5000 in the messages, 128 in the completion). Please reduce the length of the messages or completion.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    }),
    { kind: 'overflow', servedWindow: 4_096 },
  ],
  [
    'SGLang',
    refusal({
      object: 'error',
      message: "The input (9001 tokens) is longer than the model's context length (8192 tokens).",
      type: 'BadRequestError',
      param: null,
      code: 400,
    }),
    { kind: 'overflow', servedWindow: 8_192 },
  ],
  [
    'Ollama, queue full',
    refusal({ error: { message: 'server busy, please try again.  maximum pending requests exceeded' } }, 503),
    { kind: 'server', status: 503 },
  ],
  [
    'Zhipu, too long',
    refusal({ error: { code: '1261', message: 'Prompt 超长' } }),
    { kind: 'overflow', servedWindow: null },
  ],
  [
    'Zhipu, too many at once',
    refusal({ error: { code: '1302', message: '您的账户已达到速率限制，请您控制请求频率' } }, 429),
    { kind: 'rate_limited', providerCode: '1302' },
  ],
  [
    'Zhipu, too often, in a 200',
    refusal({ error: { code: '1303', message: '您当前使用该API的频率过高，请降低频率' } }, 200),
    { kind: 'rate_limited', code: 'error_in_answer', status: null },
  ],
  [
    'Zhipu, unpaid, with the status of a rate limit',
    refusal({ error: { code: '1113', message: '您的账户已欠费，请充值后重试' } }, 429),
    { kind: 'balance' },
  ],
  [
    'Zhipu, its filter',
    refusal({ error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' } }),
    { kind: 'filtered' },
  ],
  [
    'DashScope, too long',
    refusal({
      error: {
        code: 'invalid_parameter_error',
        param: null,
        message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]',
        type: 'invalid_request_error',
      },
      id: 'chatcmpl-1',
    }),
    { kind: 'overflow', servedWindow: 30_720 },
  ],
  [
    'DashScope, throttled',
    refusal(
      { code: 'Throttling.RateQuota', message: 'Requests rate limit exceeded, please try again later.' },
      429,
    ),
    { kind: 'rate_limited' },
  ],
  [
    'DashScope, unpaid',
    refusal({
      error: {
        code: 'Arrearage',
        message: 'Access denied, please make sure your account is in good standing.',
      },
    }),
    { kind: 'balance' },
  ],
  [
    'DashScope, its filter',
    refusal({
      error: { code: 'data_inspection_failed', message: 'Input data may contain inappropriate content.' },
    }),
    { kind: 'filtered' },
  ],
  [
    'OpenRouter, the text of the provider behind it',
    refusal({
      error: {
        code: 400,
        message: 'Provider returned error',
        metadata: {
          provider_name: 'P',
          raw: '{"error":{"message":"This model\'s maximum context length is 32768 tokens. However, you requested 40000 tokens.","code":"context_length_exceeded"}}',
        },
      },
    }),
    { kind: 'overflow', servedWindow: 32_768 },
  ],
  [
    'OpenRouter, an error in a 200',
    refusal(
      { id: 'gen-1', error: { code: 502, message: 'Upstream idle', metadata: { provider_name: 'P' } } },
      200,
    ),
    { kind: 'server', code: 'error_in_answer' },
  ],
  [
    'OpenRouter, an error in the middle of a stream',
    {
      events: sse(delta({ content: '4' }), {
        ...delta({ content: '' }, 'error'),
        error: { code: 429, message: 'Rate limit exceeded' },
      }),
    },
    { kind: 'rate_limited' },
  ],
  [
    'DeepSeek, no resources left',
    { json: { choices: [{ message: { content: '4' }, finish_reason: 'insufficient_system_resource' }] } },
    { kind: 'server', code: 'bad_response' },
  ],
  [
    'vLLM, an engine that gave up',
    { events: sse(delta({ content: '' }, 'abort'), '[DONE]') },
    { kind: 'server' },
  ],
  [
    'LM Studio, a stream that ends without a word',
    { events: sse(delta({ content: '4' })) },
    { kind: 'stream_cut' },
  ],
  [
    'LM Studio, too long',
    refusal({
      error:
        'Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.',
    }),
    { kind: 'overflow', servedWindow: 4_096 },
  ],
  [
    'vLLM, prompt and answer together',
    refusal(
      vllm(
        "'max_tokens' or 'max_completion_tokens' is too large: 128. This model's maximum context length is 8192 tokens and your request has 8100 input tokens (128 > 8192 - 8100).",
      ),
    ),
    { kind: 'overflow', servedWindow: 8_192 },
  ],
  [
    'llama.cpp, too long',
    refusal({
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 9_000,
        n_ctx: 8_192,
      },
    }),
    { kind: 'overflow', servedWindow: 8_192 },
  ],
  [
    'llama.cpp, loading',
    refusal({ error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 503),
    { kind: 'server' },
  ],
  [
    'Groq, one prompt over the tokens a minute',
    refusal(
      {
        error: {
          message:
            'Request too large for model `m` in organization `o` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
      },
      413,
    ),
    { kind: 'rejected' },
  ],
  ['Cerebras, no word at all', { text: '', status: 400 }, { kind: 'overflow', servedWindow: null }],
];

test.each(failures)('%s is told apart', async (_who, reply, expected) => {
  const { client } = await endpoint(() => reply);
  expect(await failureOf(client.complete(question))).toMatchObject(expected);
});

test('what an endpoint does not take is told once more in the words of the manifest', async () => {
  const told: (readonly string[])[] = [];
  const refused: Readonly<Record<string, unknown>> = {
    max_tokens:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    temperature: 'invalid temperature: only 1 is allowed for this model',
    stream_options: 'Unrecognized request argument supplied: stream_options',
  };
  const { server, client } = await endpoint(
    ({ body }) => {
      const name = Object.keys(refused).find((param) => param in body);
      return name === undefined
        ? { events: sse(delta({ content: '48213' }, 'stop'), '[DONE]') }
        : refusal({ error: { message: refused[name], type: 'invalid_request_error' } });
    },
    { onAdapt: (_message, adapted) => told.push(adapted) },
  );
  await client.complete(question);
  await client.complete(question);
  expect(told.at(-1)).toEqual(['max_completion_tokens', 'no temperature', 'no stream_options']);
  expect(told).toHaveLength(3);
  expect(server.seen).toHaveLength(5);
});
