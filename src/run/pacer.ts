import type { Execution } from './job.ts';

const minuteMs = 60_000;

/** Keeps calls under the limits of requests and tokens a minute. */
export interface Pacer {
  /** Books one call of `tokens` prompt tokens; returns the milliseconds to wait before it may go out. */
  reserve(tokens: number): number;
}

/**
 * A pacer over a sliding minute: no sixty seconds hold more requests or tokens than allowed. A single prompt over the token limit
 * goes out alone. `now` in milliseconds.
 */
export function createPacer(
  limits: Pick<Execution, 'requestsPerMinute' | 'tokensPerMinute'>,
  now: () => number,
): Pacer {
  const requests = limits.requestsPerMinute ?? Number.POSITIVE_INFINITY;
  const allowed = limits.tokensPerMinute ?? Number.POSITIVE_INFINITY;
  if (requests === Number.POSITIVE_INFINITY && allowed === Number.POSITIVE_INFINITY)
    return { reserve: () => 0 };

  let booked: { readonly at: number; readonly tokens: number }[] = [];
  const fits = (at: number, tokens: number): boolean => {
    const minute = booked.filter((call) => call.at > at - minuteMs);
    const sum = minute.reduce((total, call) => total + call.tokens, tokens);
    return minute.length === 0 || (minute.length < requests && sum <= allowed);
  };
  return {
    reserve: (tokens) => {
      const time = now();
      booked = booked.filter((call) => call.at > time - minuteMs);
      // In the order of booking: a short prompt must not overtake a long one for ever.
      const earliest = Math.max(time, booked.at(-1)?.at ?? time);
      const leaving = booked.map((call) => call.at + minuteMs).filter((at) => at > earliest);
      const at = [earliest, ...leaving].find((candidate) => fits(candidate, tokens)) ?? earliest;
      booked.push({ at, tokens });
      return at - time;
    },
  };
}
