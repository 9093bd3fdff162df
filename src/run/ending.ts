import type { RunEvent, RunSummary } from './job.ts';
import type { ModelState } from './model-state.ts';

/** The longest that a Node timer takes. */
const longestTimerMs = 2_147_483_647;

/** Decides when a run makes no more calls, and remembers why. */
export interface Ending {
  /** Aborted when no new call may go out. */
  readonly halt: AbortSignal;
  readonly onBudget: (message: string) => void;
  /** Ends one model's cells; the others go on. */
  readonly onFatal: (state: ModelState, message: string) => void;
  /** Ends the run because of an error that is no endpoint's. */
  readonly onCrash: (error: unknown) => void;
  /** Why the run ended, given the cells that got no row. Throws what crashed it. */
  result(unasked: number): RunSummary['ended'];
  /** Lets go of the signals and the clock. */
  close(): void;
}

/** Watches the user's signals and the budget's minutes. */
export function watchEnding(options: {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
  readonly minutes: number | null;
  readonly onEvent: (event: RunEvent) => void;
}): Ending {
  const { stop, abort, minutes, onEvent } = options;
  const halt = new AbortController();
  const state: { ended: RunSummary['ended']; crash: { readonly error: unknown } | null } = {
    ended: 'complete',
    crash: null,
  };
  const onStop = (): void => {
    if (state.ended === 'interrupted') return;
    state.ended = 'interrupted';
    halt.abort();
    onEvent({ type: 'stopping', why: 'interrupted', message: 'no new calls; the running ones may finish' });
  };
  const onBudget = (message: string): void => {
    if (halt.signal.aborted) return;
    state.ended = 'budget';
    halt.abort();
    onEvent({ type: 'stopping', why: 'budget', message });
  };
  stop.addEventListener('abort', onStop, { once: true });
  abort.addEventListener('abort', onStop, { once: true });
  const timer =
    minutes === null
      ? undefined
      : setTimeout(
          () => onBudget(`the budget of ${minutes} minutes is used up; the running calls may finish`),
          Math.min(minutes * 60_000, longestTimerMs),
        );
  if (stop.aborted || abort.aborted) onStop();

  return {
    halt: halt.signal,
    onBudget,
    onFatal: (model, message) => {
      if (model.over.signal.aborted) return;
      if (state.ended === 'complete') state.ended = 'fatal';
      model.over.abort();
      const { name } = model.job;
      onEvent({ type: 'stopping', why: 'fatal', message: `${name}: ${message}`, model: name });
    },
    onCrash: (error) => {
      state.crash ??= { error };
      halt.abort();
    },
    result: (unasked) => {
      if (state.crash !== null) throw state.crash.error;
      // A stop that came when nothing was left to ask has cut nothing short.
      return unasked === 0 && state.ended !== 'fatal' ? 'complete' : state.ended;
    },
    close: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      abort.removeEventListener('abort', onStop);
    },
  };
}
