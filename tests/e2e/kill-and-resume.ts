import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { manifestFile, readRun, resultsFile } from '../../src/results/read-run.ts';
import { parseResultLines } from '../../src/results/result-lines.ts';
import { command, manifestIn, rowsOf, start, temporaryFolder } from './command.ts';

/** When a run is killed. */
export type Moment =
  /** Milliseconds after its process was started: while it loads, locks, looks at the endpoint, or asks. */
  | { readonly kind: 'start'; readonly ms: number }
  /** Milliseconds after its first call reached the endpoint. */
  | { readonly kind: 'call'; readonly ms: number }
  /** As soon as this many new rows stand in the file. */
  | { readonly kind: 'row'; readonly rows: number }
  /** As soon as a new manifest is being written. */
  | { readonly kind: 'manifest' };

const concurrency = 4;

/** What the kills of a run came to. */
export interface Killed {
  /** Runs that were alive when they were killed. */
  readonly kills: number;
  /** Of those, how many had put rows in the file. */
  readonly withRows: number;
  /** Rows in the file when the last of them was dead. */
  readonly rowsBefore: number;
  /** Calls that the endpoint saw, over the number of cells: what the kills cost. */
  readonly callsLost: number;
}

/**
 * Kills a run of `lengths` × `depths` × `trials` cells at each moment and starts it again, then lets it end. After every kill the
 * file must be readable and still hold what it held, and by the endpoint's own log no cell with a row may have been asked
 * again; at the end every cell has its one row.
 */
export async function killAndResume(options: {
  readonly lengths: string;
  readonly depths: string;
  readonly trials: number;
  readonly cells: number;
  /** Each answer takes this long, so that a kill finds calls in flight. */
  readonly latencyMs: number;
  readonly moments: readonly Moment[];
}): Promise<Killed> {
  const folder = await temporaryFolder();
  const server = await startReferenceServer({ latencyMs: options.latencyMs });
  try {
    const dir = join(folder.dir, 'out');
    await mkdir(dir);
    const args = ['run', '--base-url', server.url, '--model', 'known-answer/perfect', '--out', 'out'].concat(
      ['--tokenizer', 'o200k_base', '--concurrency', String(concurrency), '--lengths', options.lengths],
      ['--depths', options.depths, '--trials', String(options.trials)],
    );
    let kills = 0;
    let withRows = 0;
    for (const moment of options.moments) {
      const before = await wholeLines(dir);
      const asked = server.requests().length;
      const run = start(args, { cwd: folder.dir });
      const over = new AbortController();
      const watched: Watched = { dir, server, asked, bytes: before.bytes.length };
      run.ended.then(() => over.abort());
      await untilMoment(moment, watched, over.signal).catch((error: unknown) => {
        if (!over.signal.aborted) throw error;
      });
      run.child.kill('SIGKILL');
      const { signal, code, stderr } = await run.ended;
      expect(signal ?? code, stderr).toBe(signal === null ? 0 : 'SIGKILL');
      const after = await wholeLines(dir);
      expect(after.bytes.subarray(0, before.bytes.length).equals(before.bytes), 'rows were changed').toBe(
        true,
      );
      if (existsSync(join(dir, manifestFile))) {
        expect((await readRun(dir)).manifest.status).toBe(signal === null ? 'finished' : 'started');
      }
      expectNotAskedAgain(server, asked, before.prompts);
      if (signal === null) continue;
      kills++;
      if (after.bytes.length > before.bytes.length) withRows++;
    }
    const last = await wholeLines(dir);
    const asked = server.requests().length;
    expect(await command(args, { cwd: folder.dir })).toMatchObject({ code: 0, signal: null });
    expectNotAskedAgain(server, asked, last.prompts);
    const rows = await rowsOf(dir);
    expect(rows).toHaveLength(options.cells);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(options.cells);
    expect(rows.map(({ score }) => score?.value)).toEqual(rows.map(() => 1));
    expect(await manifestIn(dir)).toMatchObject({ status: 'finished', plannedCells: options.cells });
    // Nothing that a killed process left lies about; half a report would be the exception, and no run came so far.
    expect((await readdir(dir)).sort()).toEqual(['manifest.json', 'report.html', 'results.jsonl']);
    const callsLost = server.requests().length - options.cells;
    expect(callsLost).toBeGreaterThanOrEqual(0);
    expect(callsLost, 'more was lost than the calls in flight').toBeLessThanOrEqual(kills * concurrency);
    return { kills, withRows, rowsBefore: last.prompts.size, callsLost };
  } finally {
    await server.close();
    await folder.remove();
  }
}

/** The witness is the endpoint: none of `prompts` may be among the calls since the `from`th. */
function expectNotAskedAgain(server: ReferenceServer, from: number, prompts: ReadonlySet<string>): void {
  const again = server
    .requests()
    .slice(from)
    .filter(({ promptSha256 }) => prompts.has(promptSha256));
  expect(again, 'finished cells were asked again').toEqual([]);
}

/** The whole lines of the file and the prompts of their rows. Throws where the file cannot be read. */
async function wholeLines(dir: string): Promise<{ readonly bytes: Buffer; readonly prompts: Set<string> }> {
  const path = join(dir, resultsFile);
  const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
  const { rows, wholeBytes } = parseResultLines(bytes, path);
  return {
    bytes: bytes.subarray(0, wholeBytes),
    prompts: new Set([...rows.values()].map(({ sample }) => sample.promptSha256)),
  };
}

interface Watched {
  readonly dir: string;
  readonly server: ReferenceServer;
  /** Calls that the endpoint had seen before this process. */
  readonly asked: number;
  /** Whole lines that stood in the file before this process. */
  readonly bytes: number;
}

/** Resolves when the moment has come; rejects when `signal` says that it never will. */
async function untilMoment(moment: Moment, run: Watched, signal: AbortSignal): Promise<void> {
  switch (moment.kind) {
    case 'start':
      return wait(moment.ms, undefined, { signal });
    case 'call':
      while (run.server.requests().length === run.asked) await wait(2, undefined, { signal });
      return wait(moment.ms, undefined, { signal });
    case 'manifest':
      for await (const { filename } of watch(run.dir, { signal })) {
        if (filename === `${manifestFile}.tmp`) return;
      }
      return;
    case 'row':
      for await (const { filename } of watch(run.dir, { signal })) {
        if (filename !== resultsFile) continue;
        const added = (await readFile(join(run.dir, resultsFile))).subarray(run.bytes);
        if (added.filter((byte) => byte === 0x0a).length >= moment.rows) return;
      }
  }
}
