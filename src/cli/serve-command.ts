import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { knownAnswerModels, profileOfModel } from '../reference/profiles.ts';
import { startReferenceServer } from '../reference/server.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';

/** `serve`: the known-answer endpoint until it is interrupted. Prints its address to stdout once it listens. */
export const serveCommand =
  (context: CliContext): Action =>
  async ({ options }) => {
    const port = Number(options['port']);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new NeedlescopeError('usage', `expected a port from 0 to 65535, got ${String(options['port'])}`, {
        hint: 'e.g. needlescope serve --port 8437',
      });
    }
    const server = await startReferenceServer({ port });
    context.stdout.write(`${server.url}\n`);
    context.stderr.write('Simulated models with known answers; stop with Ctrl-C.\n');
    for (const model of knownAnswerModels()) {
      context.stderr.write(`  ${model.padEnd(42)} ${profileOfModel(model)?.summary ?? ''}\n`);
    }
    await new Promise<void>((resolve) => {
      const release = context.onInterrupt(() => {
        release();
        resolve();
      });
    });
    await server.close();
    return exitCodes.done.code;
  };
