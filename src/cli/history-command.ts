import { exitCodes } from '../core/exit-codes.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';
export const historyCommand =
  (_context: CliContext): Action =>
  async () =>
    exitCodes.done.code;
