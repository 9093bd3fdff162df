/** Larger numbers are no spans of seconds but moments of Unix time: the one is 31 years, the other was 2001. */
const unixSeconds = 1e9;
const unixMilliseconds = 1e12;

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * Milliseconds from `now` until what a header names: seconds (`2`, `1.5`), a span (`20ms`, `6m0s`), a date (RFC 9110, RFC 3339) or
 * Unix time in seconds or milliseconds. Null where it names none of them. Never negative.
 */
export function msUntil(text: string, headers: Pick<Headers, 'get'>, now: number): number | null {
  const said = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(said)) {
    const value = Number(said);
    if (value < unixSeconds) return value * 1_000;
    return untilMoment(value < unixMilliseconds ? value * 1_000 : value, headers, now);
  }
  if (/^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/.test(said)) {
    return [...said.matchAll(/([\d.]+)(ms|[dhms])/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0),
      0,
    );
  }
  // Dates only: the platform's own parser takes almost any text that holds a number.
  if (!/^(?:[A-Z][a-z]{2,8}, |\d{4}-\d{2}-\d{2}T)/.test(said)) return null;
  const at = Date.parse(said);
  return Number.isNaN(at) ? null : untilMoment(at, headers, now);
}

/** Against the server's own clock where it tells it: ours may be off by more than the wait. */
function untilMoment(at: number, headers: Pick<Headers, 'get'>, now: number): number {
  const serverNow = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? now : serverNow));
}
