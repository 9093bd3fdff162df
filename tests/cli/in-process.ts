import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runCli } from '../../src/cli/cli.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';

/** What a command line came to. */
interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to work in and a known-answer endpoint, for the tests of one file. */
export interface Workplace {
  readonly dir: () => string;
  readonly url: () => string;
  /** Runs one command line in this process, in that folder. */
  readonly needlescope: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Outcome>;
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
    needlescope: async (argv, env = {}) => {
      const out: string[] = [];
      const err: string[] = [];
      const sink = (kept: string[]) => ({
        write: (text: string) => void kept.push(text),
        isTTY: false,
        columns: 80,
      });
      const code = await runCli({
        argv,
        env,
        cwd: dir,
        cacheDir: join(dir, '.cache'),
        entry: '',
        stdout: sink(out),
        stderr: sink(err),
        now: () => Date.now(),
        monotonicMs: () => performance.now(),
        onInterrupt: () => () => {},
        exitNow: () => {},
      });
      return { code, stdout: out.join(''), stderr: err.join('') };
    },
  };
}
