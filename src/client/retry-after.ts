import { msUntil } from './header-time.ts';

/** In milliseconds: the OpenAI package's, and Azure's. */
const millisecondHeaders = ['retry-after-ms', 'x-ms-retry-after-ms'] as const;

/**
 * The least wait that an answer asks for, in milliseconds from `now`: `retry-after-ms`, else `Retry-After` in seconds or as a
 * date (RFC 9110 §10.2.3), or as whatever else `msUntil` reads; null where it asks for none. Never negative.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | null {
  for (const name of millisecondHeaders) {
    const text = headers.get(name);
    if (text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text)) return Number(text);
  }
  const text = headers.get('retry-after');
  return text === null ? null : msUntil(text, headers, now);
}
