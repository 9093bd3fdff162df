import type { CliContext } from '../../src/cli/context.ts';
import { runProgram } from '../../src/cli/run-program.ts';

/** What a command came to. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process, off a terminal: `cwd` holds its outputs, `cacheDir` its caches. */
export async function commandLine(
  argv: readonly string[],
  options: { readonly cwd: string; readonly cacheDir: string; readonly env?: CliContext['env'] },
): Promise<Ended> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await runProgram({
    argv,
    env: options.env ?? {},
    cwd: options.cwd,
    cacheDir: options.cacheDir,
    entry: '',
    stdout: { write: (text) => stdout.push(text), isTTY: false, columns: 100 },
    stderr: { write: (text) => stderr.push(text), isTTY: false, columns: 100 },
    now: Date.now,
    monotonicMs: () => performance.now(),
    onInterrupt: () => () => {},
    exitNow: () => {},
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}
