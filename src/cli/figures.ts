import type { Money } from '../run/cost.ts';

/** 1234567 → `1.23M`, 45600 → `45.6K`. */
export function tokens(count: number): string {
  if (count >= 1e9) return `${trim(count / 1e9)}B`;
  if (count >= 1e6) return `${trim(count / 1e6)}M`;
  if (count >= 1e3) return `${trim(count / 1e3)}K`;
  return String(Math.round(count));
}

/** Bytes as `840 KB`, `1.28 MB`. */
export function megabytes(bytes: number): string {
  return bytes < 999_500 ? `${Math.round(bytes / 1e3)} KB` : `${trim(bytes / 1e6)} MB`;
}

/** US dollars, with enough digits that a cheap run does not read as free. */
export function money(usd: number): string {
  return usd === 0 ? '$0' : `$${digits(usd)}`;
}

/** An amount with its currency: `$0.31`, `CNY 3.20`. */
export function amountText({ amount, currency }: Money): string {
  return currency === 'USD' ? money(amount) : `${currency} ${digits(amount)}`;
}

/** A part of a whole as `34 %`; `0 %` of nothing. */
export function share(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;
}

/** Milliseconds as `840 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600)
    return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function digits(amount: number): string {
  if (amount >= 100) return amount.toFixed(0);
  return amount.toFixed(amount >= 1 ? 2 : 4);
}

function trim(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
