import { resolve } from 'node:path';
import { readPrices } from '../config/read-prices.ts';
import type { PriceTable } from '../models/prices.ts';
import type { CliContext } from './context.ts';

/** The prices of `--prices`, null where it was not given. Throws `usage` for a file that holds none. */
export async function pricesOf(
  context: Pick<CliContext, 'cwd'>,
  options: Readonly<Record<string, unknown>>,
): Promise<PriceTable | null> {
  const path = options['prices'];
  return typeof path === 'string' ? readPrices(resolve(context.cwd, path)) : null;
}
