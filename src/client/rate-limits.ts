import { msUntil } from './header-time.ts';

/** What is left of a limit. */
export interface Allowance {
  /** Requests or tokens. */
  readonly remaining: number;
  /** Milliseconds until it is whole again; null where the endpoint does not say. */
  readonly resetMs: number | null;
}

/** What an answer's headers say of the endpoint's limits; null for what they do not speak of. */
export interface RateLimits {
  readonly requests: Allowance | null;
  readonly tokens: Allowance | null;
}

type Unit = keyof RateLimits;

/** One limit as its headers tell it, piece by piece. */
interface Window {
  readonly unit: Unit;
  remaining: number | null;
  resetMs: number | null;
  /** A limit of nothing is one that was never set. */
  unset: boolean;
}

/**
 * The limits in the headers of an answer that came at `now`; null where there are none. Read are `x-ratelimit-remaining-tokens` and
 * its kin (OpenAI, Groq, vLLM's gateways; by the minute and by the day: Cerebras, Mistral), `anthropic-ratelimit-*-remaining`,
 * `x-ratelimit-remaining` (OpenRouter, Together), `x-tokenlimit-remaining`, and both drafts of the IETF: `RateLimit-Remaining`, and
 * `RateLimit` with a list. Of several windows for one thing the one with least left counts; limits of the answer's tokens do not.
 */
export function rateLimitsOf(headers: Pick<Headers, 'get' | 'entries'>, now: number): RateLimits | null {
  const windows = new Map<string, Window>();
  for (const [name, value] of headers.entries()) {
    if (!name.includes('limit')) continue;
    if (name === 'ratelimit') {
      for (const [index, listed] of windowsInList(value).entries()) windows.set(`list ${index}`, listed);
      continue;
    }
    const parts = /^(.*?(?:rate-?|token-?)limit.*?)-(remaining|reset|limit)(-.*)?$/.exec(name);
    const unit = parts === null ? null : unitOf(`${parts[1] ?? ''}${parts[3] ?? ''}`);
    if (parts === null || unit === null) continue;
    const key = `${parts[1] ?? ''} ${parts[3] ?? ''}`;
    const window = windows.get(key) ?? { unit, remaining: null, resetMs: null, unset: false };
    windows.set(key, window);
    if (parts[2] === 'remaining') window.remaining = countIn(value);
    else if (parts[2] === 'reset') window.resetMs = msUntil(value, headers, now);
    else window.unset = countIn(value) === 0;
  }
  if (windows.size === 0) return null;
  const limits = { requests: least(windows, 'requests'), tokens: least(windows, 'tokens') };
  return limits.requests === null && limits.tokens === null ? null : limits;
}

/** What a header's name is about, the words for its field taken out; null for images, seconds of sound and the like. */
function unitOf(name: string): Unit | null {
  if (/output|generated|completion/.test(name)) return null;
  if (/token|bysize/.test(name)) return 'tokens';
  return /^(?:x-)?rate-?limit(?:-(?:minute|hour|day|second|user))*$/.test(name) || name.includes('request')
    ? 'requests'
    : null;
}

/** `limit=100, remaining=50, reset=30`, or a policy each: `"burst";r=50;t=30, "day";r=900;t=60000`. */
function windowsInList(value: string): Window[] {
  return [...value.matchAll(/\b(?:r|remaining)=(\d+)(?:\s*[;,]\s*(?:t|reset)=(\d+))?/g)].map(
    ([, remaining, seconds]) => ({
      unit: 'requests',
      remaining: Number(remaining),
      resetMs: seconds === undefined ? null : Number(seconds) * 1_000,
      unset: false,
    }),
  );
}

function least(windows: ReadonlyMap<string, Window>, unit: Unit): Allowance | null {
  let found: Allowance | null = null;
  for (const { remaining, resetMs, unset, unit: of } of windows.values()) {
    if (of !== unit || remaining === null || unset) continue;
    if (found === null || remaining < found.remaining) found = { remaining, resetMs };
  }
  return found;
}

function countIn(value: string): number | null {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : null;
}
