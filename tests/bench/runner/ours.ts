import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from './measured.ts';
import type { Work } from './work.ts';

/** Tokens kept for the answer: the tool's own default. */
export const maxTokens = 128;

/**
 * `needlescope run` on a work, as built, in a new folder under `folder`. Nothing is left to be asked of the endpoint but the work: the
 * tokenizer is named, and it is the one that the incumbent always counts with.
 */
export function ourCommand(
  work: Work,
  { folder, name }: { readonly folder: string; readonly name: string },
): Command {
  const config = join(folder, `${name}.json`);
  // JSON is YAML too.
  writeFileSync(
    config,
    JSON.stringify({
      version: 1,
      models: [{ name: 'sink', model: 'sink', baseUrl: work.baseUrl, tokenizer: 'cl100k_base', maxTokens }],
      tasks: [{ name: 'niah_single' }],
      contextLengths: [work.contextLength],
      depths: { count: work.depths },
      trials: work.trials,
      corpus: 'prose-en',
      execution: { concurrency: work.concurrency },
      output: join(folder, name),
    }),
  );
  return {
    argv: [process.execPath, resolve('dist', 'main.js'), 'run', config],
    cwd: folder,
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
  };
}
