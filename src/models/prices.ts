/** Dollars per million tokens as a price file has them. */
interface FilePrice {
  readonly input: number;
  readonly cachedInput: number | null;
  readonly output: number;
  readonly currency: 'USD';
}

/** Prices by model, read from a file in the format of LiteLLM's `model_prices_and_context_window.json`. */
export interface PriceTable {
  /** Rows that have a price. */
  readonly size: number;
  /** The price of a model at a provider, or of the bare id; null where the file has none. */
  find(model: string, provider: string | null): FilePrice | null;
}

/** What LiteLLM puts before a model's id for each provider; others are looked up under their own name. */
const prefixes: Readonly<Record<string, readonly string[]>> = {
  'dashscope-intl': ['dashscope'],
  together: ['together_ai'],
  fireworks: ['fireworks_ai'],
  zhipu: ['zhipu', 'zhipuai', 'bigmodel'],
};
const perMillion = 1_000_000;

/**
 * The prices in the JSON of such a file; null where it is no mapping of models with `input_cost_per_token`. Where a price rises with the
 * length of the prompt (`input_cost_per_token_above_200k_tokens` and its kin) the highest is taken: long prompts are what is asked here.
 */
export function readPriceTable(json: unknown): PriceTable | null {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return null;
  const prices = new Map<string, FilePrice>();
  for (const [name, row] of Object.entries(json)) {
    const price = priceIn(row);
    if (price !== null && name !== 'sample_spec') prices.set(name.toLowerCase(), price);
  }
  if (prices.size === 0) return null;
  return {
    size: prices.size,
    find: (model, provider) => {
      const before = provider === null ? [] : (prefixes[provider] ?? [provider]);
      const names = [...before.map((prefix) => `${prefix}/${model}`), model];
      return names.map((name) => prices.get(name.toLowerCase())).find((price) => price !== undefined) ?? null;
    },
  };
}

function priceIn(row: unknown): FilePrice | null {
  if (row === null || typeof row !== 'object') return null;
  const fields = Object.entries(row);
  const input = highest(fields, 'input_cost_per_token');
  const output = highest(fields, 'output_cost_per_token');
  if (input === null || output === null) return null;
  return { input, output, cachedInput: highest(fields, 'cache_read_input_token_cost'), currency: 'USD' };
}

/** The highest of a price's steps, per million tokens: the field itself, those above a length, and those of `tiered_pricing`. */
function highest(fields: readonly (readonly [string, unknown])[], name: string): number | null {
  const values = fields.flatMap(([field, value]) => {
    if (field === name || (field.startsWith(`${name}_above_`) && field.endsWith('_tokens'))) return [value];
    if (field !== 'tiered_pricing' || !Array.isArray(value)) return [];
    return value.map((tier: unknown) => (tier as Readonly<Record<string, unknown>> | null)?.[name]);
  });
  const prices = values.filter((value) => typeof value === 'number' && value >= 0 && Number.isFinite(value));
  // Ten digits: 3e-7 times a million is 0.3, not 0.29999999999999993.
  return prices.length === 0
    ? null
    : Number((Math.max(...(prices as number[])) * perMillion).toPrecision(10));
}
