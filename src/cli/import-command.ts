import { basename, relative, resolve } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { nearest } from '../core/nearest.ts';
import { importResults } from '../interop/import-results.ts';
import { type ImportFormat, importFormats } from '../interop/importers.ts';
import { writeImported } from '../interop/write-imported.ts';
import type { CliContext } from './context.ts';
import { plainText } from './plain-text.ts';
import type { Action } from './program.ts';
import { version } from './version.ts';

/** `import`: other tools' published results as a run folder. The folder goes to stdout, what came to stderr. */
export const importCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const dir = resolve(context.cwd, String(options['out']));
    const { format, manifest, results } = await importResults({
      paths: args.map((named) => ({ named, path: resolve(context.cwd, named) })),
      from: readFormat(String(options['from'])),
      model: textOr(options['model']),
      source: textOr(options['source']),
      runName: basename(dir),
      importedAt: new Date(context.now()).toISOString(),
      toolVersion: version,
    });
    await writeImported(dir, { manifest, results });
    const shown = relative(context.cwd, dir) || dir;
    const models = manifest.models.map(({ name }) => name);
    const count = (outcome: string): number => results.filter((row) => row.outcome === outcome).length;
    if (options['json'] === true) {
      const summary = {
        dir,
        format,
        source: manifest.imported?.source,
        models,
        tasks: manifest.tasks.map(({ id }) => id),
        rows: results.length,
        scored: count('scored'),
        unscored: count('unscored'),
        failed: count('failed'),
      };
      context.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    } else {
      const from = manifest.imported?.source ?? '';
      const came = `${format}: ${results.length} rows of ${models.join(', ')}, from ${from}`;
      context.stderr.write(`${plainText(came)}\n`);
      context.stdout.write(`${shown}\n`);
    }
    return exitCodes.done.code;
  };

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function readFormat(text: string): ImportFormat | 'auto' {
  const names = ['auto', ...importFormats] as const;
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new NeedlescopeError('usage', `expected --from ${names.join(', ')}, got ${text}`, {
    hint: `--from ${nearest(text, names) ?? 'auto'}`,
  });
}
