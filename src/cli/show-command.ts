import { resolve } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { Result } from '../core/result.ts';
import { readRun } from '../results/read-run.ts';
import { rebuildPrompt } from '../run/rebuild-prompt.ts';
import { tokenizerCaches } from '../run/tokenizer-caches.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';

const leastPrefix = 12;

/** `show`: the exact prompt of a row on stdout, byte for byte and without a line break of ours, from the manifest alone. */
export const showCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const dir = resolve(context.cwd, args[0] as string);
    const run = await readRun(dir);
    const row = rowNamed(run.results, args[1] as string);
    const baseUrl = options['baseUrl'];
    const built = await rebuildPrompt({
      manifest: run.manifest,
      row,
      baseDir: resolve(context.cwd, typeof options['baseDir'] === 'string' ? options['baseDir'] : '.'),
      cacheDir: context.cacheDir,
      tokenizerCaches: tokenizerCaches(context),
      baseUrl: typeof baseUrl === 'string' ? baseUrl : null,
    });
    if (options['json'] === true) {
      const { key, cell, sample } = row;
      const messages = built.messages.map(({ role, content }) => ({ role, content: String(content) }));
      context.stdout.write(`${JSON.stringify({ key, cell, sample, messages }, null, 2)}\n`);
    } else {
      context.stdout.write(built.messages.map((message) => String(message.content)).join('\n\n'));
    }
    return exitCodes.done.code;
  };

/** The row of a key or of a prefix that only one key has; throws `usage`. */
function rowNamed(results: readonly Result[], key: string): Result {
  const found = key.length >= leastPrefix ? results.filter((row) => row.key.startsWith(key)) : [];
  const [row] = found;
  if (row !== undefined && found.length === 1) return row;
  throw new NeedlescopeError(
    'usage',
    `expected the key of one of ${results.length} rows, or its first ${leastPrefix} characters and more, got ${key}`,
    { hint: `e.g. ${results[0]?.key.slice(0, leastPrefix) ?? 'a key of results.jsonl'}` },
  );
}
