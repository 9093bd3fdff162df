import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';

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
  const sink = (kept: string[]): CliContext['stdout'] => ({
    write: (text) => void kept.push(text),
    isTTY: false,
    columns: 100,
  });
  const code = await runCli({
    argv,
    env: options.env ?? {},
    cwd: options.cwd,
    cacheDir: options.cacheDir,
    entry: '',
    stdout: sink(stdout),
    stderr: sink(stderr),
    now: Date.now,
    monotonicMs: () => performance.now(),
    onInterrupt: () => () => {},
    exitNow: () => {},
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** A folder to work in and a known-answer endpoint, for the tests of one file. */
export interface Workplace {
  readonly dir: () => string;
  readonly url: () => string;
  /** Runs one command line in this process, in that folder. */
  readonly needlescope: (args: readonly string[], env?: CliContext['env']) => Promise<Ended>;
}

/** Sets up before the tests of a file and takes away after them. */
export function workplace(): Workplace {
  let dir = '';
  let server: ReferenceServer;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'needlescope-cli-'));
    server = await startReferenceServer({ seed: 3 });
  });
  afterAll(async () => {
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    dir: () => dir,
    url: () => server.url,
    needlescope: (args, env = {}) => commandLine(args, { cwd: dir, cacheDir: join(dir, '.cache'), env }),
  };
}
