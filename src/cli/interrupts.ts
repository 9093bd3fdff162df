import { exitCodes } from '../core/exit-codes.ts';
import type { CliContext } from './context.ts';

export interface Interrupts {
  /** The first Ctrl-C: no new calls, running ones end. */
  readonly stop: AbortSignal;
  /** The second: running calls are broken off. */
  readonly abort: AbortSignal;
  readonly interrupted: () => boolean;
  release(): void;
}

/** A second Ctrl-C gives the run this long to write its manifest before the process ends anyway. */
const graceMs = 800;

/** Turns Ctrl-C once, twice and thrice into: finish what runs, break it off, go. */
export function listenForInterrupts(context: CliContext): Interrupts {
  const stop = new AbortController();
  const abort = new AbortController();
  let seen = 0;
  const release = context.onInterrupt(() => {
    seen += 1;
    if (seen === 1) {
      context.stderr.write('\nstopping: running calls are let finish; Ctrl-C again breaks them off\n');
      stop.abort();
    } else if (seen === 2) {
      abort.abort();
      setTimeout(() => context.exitNow(exitCodes.interrupted.code), graceMs).unref();
    } else context.exitNow(exitCodes.interrupted.code);
  });
  return { stop: stop.signal, abort: abort.signal, interrupted: () => seen > 0, release };
}
