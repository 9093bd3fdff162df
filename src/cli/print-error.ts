import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { CliContext } from './context.ts';
import { createHideSecrets } from './hide-secrets.ts';

/**
 * Prints an error to stderr and returns the exit code it leads to. Errors that a user can act on are printed without a stack
 * and with their hint; anything else is a bug of ours and keeps its stack, less whatever looks like a secret.
 */
export function printError(error: unknown, context: Pick<CliContext, 'stderr' | 'env'>): number {
  if (error instanceof NeedlescopeError) {
    context.stderr.write(`error: ${error.message}\n`);
    if (error.hint !== undefined)
      context.stderr.write(`fix:   ${error.hint.split('\n').join('\n       ')}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const hide = createHideSecrets(context.env, { everyOpaque: true });
  context.stderr.write(
    `this is a bug in needlescope; please report it with the lines below\n${hide(stack)}\n`,
  );
  return exitCodes.bug.code;
}
