import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process that measures or is measured beside this one. */
export interface Child {
  /** The next line that it prints, parsed. Rejects where it ends without one. */
  line(): Promise<unknown>;
  stop(): void;
}

/**
 * Starts `tests/bench/<name>.child.ts`, as `run.mjs` bundled it, with `options` as its only argument in JSON. Its standard input
 * ends when this process does.
 */
export function startChild(name: string, options: object = {}): Child {
  const folder = process.env['NEEDLESCOPE_BENCH'];
  if (folder === undefined) throw new Error('start this by `node tests/bench/run.mjs <file>`');
  const file = join(folder, `${name}.child.mjs`);
  const child: ChildProcess = spawn(
    process.execPath,
    ['--enable-source-maps', file, JSON.stringify(options)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  if (child.stdout === null) throw new Error('expected a pipe');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => {
      const { done, value } = await lines.next();
      if (done) throw new Error(`${name} ended without a figure`);
      return JSON.parse(value) as unknown;
    },
    stop: () => {
      child.kill();
    },
  };
}

/** What `startChild` passed to this process. */
export function childOptions(): unknown {
  return JSON.parse(process.argv[2] ?? '{}');
}
