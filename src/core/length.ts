import { NeedlescopeError } from './errors.ts';

const units: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000, ki: 1_024, mi: 1_048_576 };

/**
 * A length in tokens from what a user wrote: `8000`, `128k` (1,000), `128Ki` (1,024), `1M`, `1.5k`.
 * Returns a whole number from 1 up, or throws `config_invalid`.
 */
export function parseLength(text: string | number): number {
  const match = /^\s*([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([a-zA-Z]{0,2})\s*$/.exec(String(text));
  const unit = match ? units[(match[2] as string).toLowerCase()] : undefined;
  const value = match && unit ? Number((match[1] as string).replace(/[_,]/g, '')) * unit : Number.NaN;
  if (!Number.isInteger(value) || value < 1 || value > Number.MAX_SAFE_INTEGER) {
    throw new NeedlescopeError('config_invalid', `expected a length in tokens, got ${JSON.stringify(text)}`, {
      hint: 'write it like 8000, 128k (1,000s), 128Ki (1,024s) or 1M',
    });
  }
  return value;
}

/** A short label for a length: 8000 → `8K`, 131072 → `128Ki`, 1024000 → `1024K`, 100360 → `100360`, 1000000 → `1M`. */
export function formatLength(tokens: number): string {
  if (tokens >= 1_000_000 && tokens % 1_000_000 === 0) return `${tokens / 1_000_000}M`;
  if (tokens >= 1_000 && tokens % 1_000 === 0) return `${tokens / 1_000}K`;
  if (tokens >= 1_048_576 && tokens % 1_048_576 === 0) return `${tokens / 1_048_576}Mi`;
  if (tokens >= 1_024 && tokens % 1_024 === 0) return `${tokens / 1_024}Ki`;
  return String(tokens);
}
