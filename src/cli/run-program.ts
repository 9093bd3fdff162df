import { CommanderError } from 'commander';
import { exitCodes } from '../core/exit-codes.ts';
import type { CliContext } from './context.ts';
import { printError } from './print-error.ts';
import { type Action, createProgram } from './program.ts';
import { version } from './version.ts';

/** Parses one command line, calls its action and returns the exit code. Never throws. */
export async function runProgram(context: CliContext): Promise<number> {
  let exitCode: number = exitCodes.done.code;
  // Each command's code is loaded when it is called: `--help` and `--version` must not pay for Plotly and tokenizers.
  const lazy =
    (load: () => Promise<(context: CliContext) => Action>): Action =>
    async (invocation) =>
      (await load())(context)(invocation);
  const program = createProgram(
    {
      demo: lazy(async () => (await import('./demo-command.ts')).demoCommand),
      run: lazy(async () => (await import('./run-command.ts')).runCommand),
      plan: lazy(async () => (await import('./plan-command.ts')).planCommand),
      report: lazy(async () => (await import('./report-command.ts')).reportCommand),
      doctor: lazy(async () => (await import('./doctor-command.ts')).doctorCommand),
      init: lazy(async () => (await import('./init-command.ts')).initCommand),
      completion: lazy(async () => (await import('./completion-command.ts')).completionCommand),
      check: lazy(async () => (await import('./check-command.ts')).checkCommand),
      compare: lazy(async () => (await import('./compare-command.ts')).compareCommand),
      import: lazy(async () => (await import('./import-command.ts')).importCommand),
      serve: lazy(async () => (await import('./serve-command.ts')).serveCommand),
      show: lazy(async () => (await import('./show-command.ts')).showCommand),
      export: lazy(async () => (await import('./export-command.ts')).exportCommand),
      merge: lazy(async () => (await import('./merge-command.ts')).mergeCommand),
      rescore: lazy(async () => (await import('./rescore-command.ts')).rescoreCommand),
      baseline: lazy(async () => (await import('./baseline-command.ts')).baselineCommand),
      history: lazy(async () => (await import('./history-command.ts')).historyCommand),
      calibrate: lazy(async () => (await import('./calibrate-command.ts')).calibrateCommand),
      list: lazy(async () => (await import('./list-command.ts')).listCommand),
    },
    version,
    (code) => {
      exitCode = code;
    },
  );
  const output = {
    writeOut: (text: string) => context.stdout.write(text),
    writeErr: (text: string) => context.stderr.write(text),
    getOutHelpWidth: () => context.stdout.columns,
    getErrHelpWidth: () => context.stderr.columns,
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(output);

  try {
    await program.parseAsync([...context.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code;
    }
    return printError(error, context);
  }
}
