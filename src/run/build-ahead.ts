import { setImmediate } from 'node:timers/promises';
import type { BuiltPrompt, PlannedCell } from './job.ts';
import type { Turn } from './lanes.ts';

/** Prompts laid out before their turn. */
export interface Ahead {
  /** Lays these out, one by one, whenever the process has nothing else to do. Models whose layouts ask a server are passed over. */
  start(turns: readonly Turn[]): void;
  /** The prompt of a turn, for whoever asks it: as it was laid out ahead, or anew where answers have changed since what fits in it. */
  take(turn: Turn): Promise<BuiltPrompt>;
}

interface Layout {
  readonly state: string;
  readonly prompt: Promise<BuiltPrompt>;
}

/**
 * When 32 answers come together, each waits for what is done about those before it: with the next prompts laid out while nothing
 * came, only sending is left. At most `turnMs` milliseconds go by in one turn of the event loop. What is kept of a prompt is its layout, slices and a few numbers; its bytes are made as they are sent.
 */
export function createAhead(turnMs: number): Ahead {
  const started = new Set<PlannedCell>();
  const layouts = new Map<PlannedCell, Layout>();
  const waiting: Turn[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    let sinceMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      if (performance.now() - sinceMs >= turnMs) {
        await setImmediate();
        sinceMs = performance.now();
      }
      const turn = waiting.shift();
      if (turn === undefined) break;
      const { state, planned } = turn;
      const now = state.job.layoutState?.() ?? null;
      if (now === null || state.halt.aborted || !started.has(planned)) continue;
      const prompt = planned.build();
      // Whoever takes the prompt is told; where nobody does, it matters to nobody.
      layouts.set(planned, { state: now, prompt });
      await prompt.catch(() => undefined);
    }
    running = false;
  };

  return {
    start: (turns) => {
      for (const turn of turns) {
        if (started.has(turn.planned) || (turn.state.job.layoutState?.() ?? null) === null) continue;
        started.add(turn.planned);
        waiting.push(turn);
      }
      if (running || waiting.length === 0) return;
      running = true;
      void run();
    },
    take: ({ state, planned }) => {
      const layout = layouts.get(planned);
      layouts.delete(planned);
      started.delete(planned);
      return layout !== undefined && layout.state === state.job.layoutState?.()
        ? layout.prompt
        : planned.build();
    },
  };
}
