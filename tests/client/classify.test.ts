import { expect, test } from 'vitest';
import { classifyError, isOverloaded } from '../../src/client/classify.ts';
import type { EndpointErrorKind } from '../../src/client/endpoint-error.ts';
import { readErrorBody } from '../../src/client/error-body.ts';

const body = (error: object | string): ReturnType<typeof readErrorBody> =>
  readErrorBody(JSON.stringify({ error }));

const refusals: readonly (readonly [string, number, object | string, EndpointErrorKind])[] = [
  // No model of that name, told by a 400.
  ['DeepSeek', 400, { message: 'Model Not Exist', type: 'invalid_request_error' }, 'not_found'],
  ['OpenRouter', 400, { message: 'qwen/qwen-9 is not a valid model ID', code: 400 }, 'not_found'],
  ['Mistral', 400, { message: 'Invalid model: mistral-9', type: 'invalid_model' }, 'not_found'],
  ['SiliconFlow', 400, { code: 20012, message: 'Model does not exist. Please check it.' }, 'not_found'],
  ['Zhipu', 400, { code: '1211', message: '模型不存在，请检查模型代码。' }, 'not_found'],
  ['Groq', 400, { code: 'model_decommissioned', message: 'The model has been decommissioned' }, 'not_found'],
  ['xAI', 400, 'The model grok-9.5-fast does not exist or your team has no access to it', 'not_found'],
  // No key, told by a 400.
  ['Google', 400, { message: 'API key not valid. Please pass a valid API key.' }, 'auth'],
  // No money, told by whatever status.
  ['Anthropic', 400, { message: 'Your credit balance is too low to access the API.' }, 'balance'],
  [
    'SiliconFlow, empty',
    403,
    { code: 30001, message: 'Sorry, your account balance is insufficient' },
    'balance',
  ],
  ['Moonshot', 429, { type: 'exceeded_current_quota_error', message: 'please check your plan' }, 'balance'],
  // What only sounds like it.
  ["Google's minute", 429, { message: 'You exceeded your current quota, please check' }, 'rate_limited'],
  [
    'a parameter',
    400,
    { message: 'Unsupported parameter: temperature is not supported with this model.' },
    'rejected',
  ],
  ['a tool', 400, { message: 'This model works, but tool f was not found' }, 'rejected'],
  [
    'an echo of the request',
    422,
    { message: `bad field: ${'x'.repeat(300)} the model does not exist` },
    'rejected',
  ],
  ['a broken server', 500, { message: 'model weights not found' }, 'server'],
];

test.each(refusals)('%s (%i)', (_who, status, error, kind) => {
  expect(classifyError(status, body(error)).kind).toBe(kind);
});

test.each<[string, number | null, object | string, number | null, boolean]>([
  ['a 503 that names a wait', 503, 'gone for a moment', 2_000, true],
  ['a 503 that does not', 503, { message: 'Loading model' }, null, false],
  ["Anthropic's own status", 529, { type: 'overloaded_error', message: 'Overloaded' }, null, true],
  [
    "OpenAI's 503",
    503,
    { message: 'The engine is currently overloaded, please try again later' },
    null,
    true,
  ],
  [
    "Ollama's full queue",
    503,
    'server busy, please try again. maximum pending requests exceeded',
    null,
    true,
  ],
  ['DeepSeek inside a 200', null, { message: 'Service is too busy', code: 503 }, null, true],
  ['a 500', 500, { message: 'division by zero' }, null, false],
  ['a 500 that names a wait', 500, 'oops', 1_000, false],
  ['a 400 that speaks of capacity', 400, { message: 'the batch is at capacity' }, null, false],
])('%s', (_what, status, error, retryAfterMs, expected) => {
  expect(isOverloaded(status, body(error), retryAfterMs)).toBe(expected);
});
