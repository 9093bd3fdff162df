import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { parseLength } from '../core/length.ts';
import { nearest } from '../core/nearest.ts';
import { findByModelId } from '../models/presets.ts';
import { type DressName, dresses } from '../reference/dresses.ts';
import { knownAnswerModels, profileOfModel } from '../reference/profiles.ts';
import type { Alias } from '../reference/served.ts';
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
    const dress = dressOf(options['dress']);
    const aliases = aliasOf(options['as'], options['window']);
    const server = await startReferenceServer({ port, aliases, ...(dress === null ? {} : { dress }) });
    context.stdout.write(`${server.url}\n`);
    context.stderr.write('Simulated models with known answers; stop with Ctrl-C.\n');
    for (const id of Object.keys(aliases))
      context.stderr.write(`  ${id.padEnd(42)} is known-answer/perfect-1m\n`);
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

function dressOf(name: unknown): DressName | null {
  if (name === undefined) return null;
  const names = Object.keys(dresses) as DressName[];
  const known = names.find((each) => each === name);
  if (known !== undefined) return known;
  const close = nearest(String(name), names);
  throw new NeedlescopeError(
    'unknown_name',
    `--dress: expected one of ${names.join(', ')}, got ${String(name)}`,
    {
      hint: close === null ? 'for example: --dress vllm' : `did you mean ${close}?`,
    },
  );
}

/** The model of `--as`, with the window that the table documents unless `--window` says another, and its template's tokens. */
function aliasOf(id: unknown, window: unknown): Readonly<Record<string, Alias>> {
  if (typeof id !== 'string') {
    if (window === undefined) return {};
    throw new NeedlescopeError('usage', '--window: expected --as with it, which it is the window of', {
      hint: 'needlescope serve --as Qwen/Qwen2-72B-Instruct --window 32Ki',
    });
  }
  const row = findByModelId(id);
  const tokens = typeof window === 'string' ? parseLength(window) : row?.windows.documented;
  const templateTokens = row?.templateOverhead ?? null;
  return {
    [id]: {
      ...(tokens === undefined ? {} : { window: tokens }),
      ...(templateTokens === null ? {} : { templateTokens }),
    },
  };
}
