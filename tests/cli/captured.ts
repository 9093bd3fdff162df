import { runCli } from '../../src/cli/cli.ts';
import type { CliContext } from '../../src/cli/context.ts';
import { fakeTerminal } from './fake-terminal.ts';

/** Runs a command line in this process, off a terminal, in `cwd`; returns all that came of it. */
export async function captured(
  argv: readonly string[],
  options: { readonly cwd: string; readonly env?: CliContext['env'] },
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const out: string[] = [];
  const { context, written } = fakeTerminal({ env: options.env ?? {} });
  const sink = { write: (text: string) => void out.push(text), isTTY: false, columns: 80 };
  const { cwd } = options;
  const code = await runCli({ ...context, argv, cwd, cacheDir: `${cwd}/.cache`, stdout: sink });
  return { code, stdout: out.join(''), stderr: written.join('') };
}
