import { readFile, stat } from 'node:fs/promises';
import { NeedlescopeError } from '../core/errors.ts';
import { type PriceTable, readPriceTable } from '../models/prices.ts';

/** LiteLLM's own file holds some 3 MB. */
const mostBytes = 64_000_000;

/** The prices in the file of `--prices`; throws `usage` where it cannot be read or holds none. */
export async function readPrices(path: string): Promise<PriceTable> {
  const wrong = (got: string, cause?: unknown): NeedlescopeError =>
    new NeedlescopeError('usage', `--prices: expected a file of prices in LiteLLM's format, got ${got}`, {
      hint: 'take model_prices_and_context_window.json of LiteLLM\'s repository: {"model": {"input_cost_per_token": 3e-7, "output_cost_per_token": 1.2e-6}}',
      cause,
    });
  let json: unknown;
  try {
    const { size } = await stat(path);
    if (size > mostBytes) throw wrong(`${size} bytes at ${path}`);
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof NeedlescopeError) throw cause;
    throw wrong(cause instanceof SyntaxError ? `no JSON at ${path}` : `no file at ${path}`, cause);
  }
  const table = readPriceTable(json);
  if (table === null) throw wrong(`JSON without one at ${path}`);
  return table;
}
