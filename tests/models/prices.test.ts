import { expect, test } from 'vitest';
import { readPriceTable } from '../../src/models/prices.ts';

/** Rows in the shapes that LiteLLM's file has. */
const file = {
  sample_spec: { input_cost_per_token: 0, output_cost_per_token: 0, litellm_provider: 'one of the list' },
  'deepseek/deepseek-v4-flash': {
    input_cost_per_token: 3e-7,
    cache_read_input_token_cost: 6e-9,
    output_cost_per_token: 1.2e-6,
    litellm_provider: 'deepseek',
    max_input_tokens: 1_000_000,
  },
  'together_ai/maker/model': { input_cost_per_token: 1e-7, output_cost_per_token: 2e-7 },
  'bare-model': {
    input_cost_per_token: 1e-6,
    input_cost_per_token_above_200k_tokens: 2e-6,
    output_cost_per_token: 3e-6,
    output_cost_per_token_above_200k_tokens: 5e-6,
  },
  'dashscope/qwen-plus': {
    tiered_pricing: [
      { input_cost_per_token: 4e-7, output_cost_per_token: 1.2e-6, range: [0, 256_000] },
      { input_cost_per_token: 1.2e-6, output_cost_per_token: 3.6e-6, range: [256_000, 1_000_000] },
    ],
  },
  'an-image-model': { output_cost_per_image: 0.04 },
};

test("a provider's row comes before the bare id, in dollars per million tokens", () => {
  const table = readPriceTable(file);
  expect(table?.size).toBe(4);
  expect(table?.find('deepseek-v4-flash', 'deepseek')).toEqual({
    input: 0.3,
    cachedInput: 0.006,
    output: 1.2,
    currency: 'USD',
  });
  expect(table?.find('maker/model', 'together')?.output).toBe(0.2);
  // Someone who serves it himself pays nobody.
  expect(table?.find('deepseek-v4-flash', 'vllm')).toBeNull();
  expect(table?.find('maker/model', null)).toBeNull();
  expect(table?.find('an-image-model', null)).toBeNull();
});

test('of prices that rise with length the highest counts, since long prompts are what is asked', () => {
  const table = readPriceTable(file);
  expect(table?.find('BARE-model', null)).toMatchObject({ input: 2, output: 5, cachedInput: null });
  expect(table?.find('qwen-plus', 'dashscope-intl')).toMatchObject({ input: 1.2, output: 3.6 });
});

test.each([[null], [[]], ['text'], [{}], [{ model: { input_cost_per_token: 'free' } }], [{ model: null }]])(
  '%j is no file of prices',
  (json) => {
    expect(readPriceTable(json)).toBeNull();
  },
);
