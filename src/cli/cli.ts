import type { CliContext } from './context.ts';
import { version } from './version.ts';

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli(context: CliContext): Promise<number> {
  const [first, ...others] = context.argv;
  // Scripts ask for it at every turn, and it needs no command tree, which takes longer to load than Node's own modules.
  if (others.length === 0 && (first === '--version' || first === '-V')) {
    context.stdout.write(`${version}\n`);
    return 0;
  }
  const { runProgram } = await import('./run-program.ts');
  return runProgram(context);
}
