import { atLeast, atMost, type Figure, told } from '../figure.ts';
import { type Bench, compare, measureOurs, type Run } from './compare.ts';
import { maxTokens } from './ours.ts';
import { cellsOf, type Work } from './work.ts';

/** Figures that belong together. */
export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Times its requests per second, at the least. */
const rateBar = 3;
/** Shares of its wall time, and of its CPU and memory, at the most. */
const wallBar = 0.6;
const shareBar = 1 / 3;
/** Times the ideal, at the most. */
const latencyBar = 1.1;
const latencyMs = 50;

/** What a run costs beside the model's own time, work by work as it is measured. */
export async function* runnerFigures(bench: Bench): AsyncGenerator<FigureGroup> {
  yield await shortCells(bench);
  yield await longCells(bench);
  yield await patientCells(bench, { depths: 10, trials: 20, barred: false });
  yield await patientCells(bench, { depths: 10, trials: 160, barred: true });
}

async function shortCells(bench: Bench): Promise<FigureGroup> {
  const { ours, its } = await compare(
    workOf(bench, { contextLength: 4_000, depths: 10, trials: 100 }),
    bench,
  );
  return {
    title: '1,000 cells of 4K tokens, 32 at once, no latency',
    figures: [
      ...both('requests/s while sending', '/s', { ours, its }, (run) => run.requestsPerSecond),
      ...both('whole command', 's', { ours, its }, (run) => run.wallSeconds),
      ...both('CPU', 's', { ours, its }, (run) => run.cpuSeconds),
      ...both('most memory', 'MB', { ours, its }, (run) => run.peakMb),
      ...both('most in flight', '', { ours, its }, (run) => run.mostInFlight),
      atLeast('requests/s: ours / its', ours.requestsPerSecond / its.requestsPerSecond, rateBar),
      atMost('whole command: ours / its', ours.wallSeconds / its.wallSeconds, wallBar),
    ],
  };
}

async function longCells(bench: Bench): Promise<FigureGroup> {
  const work = workOf(bench, { contextLength: 1_000_000, depths: 4, trials: 4, concurrency: 16 });
  const { ours, its } = await compare(work, bench);
  return {
    title: '16 cells of 1M tokens, 16 at once, no latency',
    figures: [
      ...both('whole command', 's', { ours, its }, (run) => run.wallSeconds),
      ...both('CPU', 's', { ours, its }, (run) => run.cpuSeconds),
      ...both('most memory', 'MB', { ours, its }, (run) => run.peakMb),
      ...both('sent', 'MB', { ours, its }, (run) => run.megabytes),
      atMost('CPU: ours / its', ours.cpuSeconds / its.cpuSeconds, shareBar),
      atMost('memory: ours / its', ours.peakMb / its.peakMb, shareBar),
    ],
  };
}

/**
 * 200 cells are six rounds of 32 and a quarter: the last round alone is over the bar, whatever the tool does. Only fifty whole rounds
 * are held to it.
 */
async function patientCells(
  bench: Bench,
  { barred, ...grid }: { readonly depths: number; readonly trials: number; readonly barred: boolean },
): Promise<FigureGroup> {
  const work = workOf(bench, { contextLength: 4_000, ...grid, waitMs: latencyMs });
  const ours = await measureOurs(work, bench);
  const ideal = (cellsOf(work) / work.concurrency) * (latencyMs / 1_000);
  const what = 'first request to last answer / ideal';
  const ratio = ours.sendingSeconds / ideal;
  return {
    title: `${cellsOf(work)} cells of 4K tokens, 32 at once, ${latencyMs} ms latency, ours alone`,
    figures: [
      told('held by the endpoint, mean', ours.heldMs, 'ms'),
      told('ideal', ideal, 's'),
      told('first request to last request', ours.askingSeconds, 's'),
      told('first request to last answer', ours.sendingSeconds, 's'),
      told('whole command', ours.wallSeconds, 's'),
      barred ? atMost(what, ratio, latencyBar) : told(what, ratio),
    ],
  };
}

function workOf(
  { sink }: Bench,
  asked: Pick<Work, 'contextLength' | 'depths' | 'trials'> & {
    readonly concurrency?: number;
    readonly waitMs?: number;
  },
): Work {
  const { contextLength, depths, trials, concurrency = 32, waitMs = 0 } = asked;
  // What ours plans: the room that is left by the answer.
  const baseUrl = sink.url({ waitMs, promptTokens: contextLength - maxTokens });
  return { contextLength, depths, trials, concurrency, baseUrl };
}

function both(
  what: string,
  unit: string,
  { ours, its }: { readonly ours: Run; readonly its: Run },
  of: (run: Run) => number,
): Figure[] {
  return [told(`its ${what}`, of(its), unit), told(`our ${what}`, of(ours), unit)];
}
