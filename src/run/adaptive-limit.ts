/** Calls without a complaint, at the least, before one more is dared: a limit of one must not be tried at every second call. */
const leastGood = 5;

/** How many calls an endpoint takes at once, as it turns out. */
export interface AdaptiveLimit {
  /** Calls at once, from 1 to the configured number. */
  calls(): number;
  /** The flight that a call sent now belongs to. */
  flight(): number;
  /** A call of that flight was answered. Returns whether one more is taken from now on. */
  answered(flight: number): boolean;
  /** A call of that flight was turned away because there were too many. Returns whether fewer are taken from now on. */
  turnedAway(flight: number): boolean;
}

/**
 * Starts at `most`, halves when a call is turned away, and grows back by one after as many answers as calls go at once, and at least
 * five. A flight is all calls sent under one limit: however many of it are turned away, the limit halves once.
 */
export function createAdaptiveLimit(most: number): AdaptiveLimit {
  let calls = most;
  let flight = 0;
  let good = 0;
  return {
    calls: () => calls,
    flight: () => flight,
    answered: (of) => {
      if (of !== flight || calls >= most) return false;
      good++;
      if (good < Math.max(calls, leastGood)) return false;
      good = 0;
      calls++;
      return true;
    },
    turnedAway: (of) => {
      if (of !== flight) return false;
      flight++;
      good = 0;
      if (calls === 1) return false;
      calls = Math.max(1, Math.floor(calls / 2));
      return true;
    },
  };
}
