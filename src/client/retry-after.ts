/**
 * The least wait that an answer asks for, in milliseconds from `now`: `retry-after-ms`, else `Retry-After` in seconds or as a
 * date (RFC 9110 §10.2.3); null where it asks for none. Never negative.
 */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const milliseconds = numberIn(headers.get('retry-after-ms'));
  if (milliseconds !== null) return milliseconds;
  const text = headers.get('retry-after');
  const seconds = numberIn(text);
  if (seconds !== null) return seconds * 1_000;
  const at = text === null ? Number.NaN : Date.parse(text);
  if (Number.isNaN(at)) return null;
  // Against the server's own clock where it tells it: ours may be off by more than the wait.
  const serverNow = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? now : serverNow));
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
