import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Incumbent } from './incumbent.ts';
import { type Command, type Measured, measure } from './measured.ts';
import { ourCommand } from './ours.ts';
import type { Sink } from './sink.ts';
import { cellsOf, type Work } from './work.ts';

/** A whole command, and what the endpoint saw of it. */
export interface Run extends Measured {
  /** From the first request to the last. */
  readonly askingSeconds: number;
  readonly requestsPerSecond: number;
  /** From the first request to the last answer. */
  readonly sendingSeconds: number;
  readonly mostInFlight: number;
  /** Mean time that the endpoint held a request. */
  readonly heldMs: number;
  readonly megabytes: number;
}

export interface Bench {
  readonly sink: Sink;
  readonly incumbent: Incumbent;
  /** Where configs and results go; ours finds its cache in it. */
  readonly folder: string;
  readonly rounds: number;
}

/** Both tools on the same work, taking turns, after a run of ours that nobody counts. */
export async function compare(work: Work, bench: Bench): Promise<{ readonly ours: Run; readonly its: Run }> {
  await runOurs(work, bench);
  const ours: Run[] = [];
  const its: Run[] = [];
  for (let i = 0; i < bench.rounds; i++) {
    its.push(await runIts(work, bench));
    ours.push(await runOurs(work, bench));
  }
  return { ours: bestOf(ours), its: bestOf(its) };
}

/** Ours alone, after a run that nobody counts. */
export async function measureOurs(work: Work, bench: Bench): Promise<Run> {
  await runOurs(work, bench);
  const runs: Run[] = [];
  for (let i = 0; i < bench.rounds; i++) runs.push(await runOurs(work, bench));
  return bestOf(runs);
}

const runOurs = (work: Work, bench: Bench): Promise<Run> =>
  runOne(work, bench, ourCommand(work, { folder: bench.folder, name: 'ours' }));

const runIts = (work: Work, bench: Bench): Promise<Run> =>
  runOne(work, bench, bench.incumbent.command(work, { folder: bench.folder, name: 'its' }));

/** Runs a command into a folder that is not there before and not after. */
async function runOne(work: Work, { sink, incumbent, folder }: Bench, command: Command): Promise<Run> {
  await sink.counts();
  const measured = await measure(command, incumbent.python);
  const seen = await sink.counts();
  for (const name of ['ours', 'its']) rmSync(join(folder, name), { recursive: true, force: true });
  const cells = cellsOf(work);
  if (seen.requests !== cells) {
    throw new Error(`${command.argv[0]}: expected ${cells} requests, the endpoint saw ${seen.requests}`);
  }
  const askingSeconds = (seen.lastMs - seen.firstMs) / 1_000;
  return {
    ...measured,
    askingSeconds,
    requestsPerSecond: (cells - 1) / askingSeconds,
    sendingSeconds: (seen.endMs - seen.firstMs) / 1_000,
    mostInFlight: seen.mostInFlight,
    heldMs: seen.heldMs / cells,
    megabytes: seen.bytes / 1e6,
  };
}

/** The best of several, figure by figure: other people's work on the machine only ever adds. */
function bestOf(runs: readonly Run[]): Run {
  const least = (of: (run: Run) => number): number => Math.min(...runs.map(of));
  return {
    wallSeconds: least((run) => run.wallSeconds),
    cpuSeconds: least((run) => run.cpuSeconds),
    peakMb: least((run) => run.peakMb),
    askingSeconds: least((run) => run.askingSeconds),
    requestsPerSecond: -least((run) => -run.requestsPerSecond),
    sendingSeconds: least((run) => run.sendingSeconds),
    mostInFlight: -least((run) => -run.mostInFlight),
    heldMs: least((run) => run.heldMs),
    megabytes: least((run) => run.megabytes),
  };
}
