import { type ExitName, exitCodes } from './exit-codes.ts';

/** Every error code a user can meet, with the exit it leads to when it ends the command. */
export const errorCodes = {
  usage: 'usage',
  config_invalid: 'usage',
  config_changed: 'usage',
  env_missing: 'usage',
  unknown_name: 'usage',
  length_too_small: 'usage',
  corpus_unusable: 'unusable',
  corpus_too_short: 'unusable',
  tokenizer_unusable: 'unusable',
  output_unusable: 'unusable',
  output_locked: 'unusable',
  results_unusable: 'unusable',
  input_unusable: 'unusable',
  endpoint_unreachable: 'incomplete',
  endpoint_error: 'incomplete',
  endpoint_rejected: 'incomplete',
  budget_reached: 'budget',
  interrupted: 'interrupted',
} as const satisfies Record<string, ExitName>;
export type ErrorCode = keyof typeof errorCodes;

/** An error that the user can act on: printed without a stack, with its hint, and mapped to an exit code. */
export class NeedlescopeError extends Error {
  override readonly name: string = 'NeedlescopeError';
  readonly code: ErrorCode;
  /** How to fix it: the flag, key or command to change. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  /** The process exit code this error leads to, one of `exitCodes`. */
  get exitCode(): number {
    return exitCodes[errorCodes[this.code]].code;
  }
}
