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

/**
 * One wish to stop can come twice: `timeout` signals its child and then its whole group, and some package managers pass on what the
 * terminal has already sent. No hand is that fast.
 */
const sameWishMs = 50;

/** Turns Ctrl-C once, twice and thrice into: finish what runs, break it off, go. */
export function listenForInterrupts(context: CliContext): Interrupts {
  const stop = new AbortController();
  const abort = new AbortController();
  let seen = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const release = context.onInterrupt(() => {
    const nowMs = performance.now();
    if (nowMs - lastMs < sameWishMs) return;
    lastMs = nowMs;
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
