import { importedRun } from './imported-run.ts';
import type { ImportedRun, ImportHints, ImportOptions } from './importer.ts';
import { type ImportFormat, importers, recogniseFormat } from './importers.ts';
import { readSources, type SourcePath } from './read-sources.ts';

export interface ImportResultsOptions extends ImportOptions, ImportHints {
  readonly paths: readonly SourcePath[];
  /** `auto` recognises the format from the files. */
  readonly from: ImportFormat | 'auto';
}

/** Files of others' results as a run, not written anywhere yet. Throws `input_unusable` with file and line. */
export async function importResults(
  options: ImportResultsOptions,
): Promise<ImportedRun & { readonly format: ImportFormat }> {
  const { from, paths } = options;
  const endings =
    from === 'auto' ? Object.values(importers).flatMap((row) => row.endings) : importers[from].endings;
  const files = await readSources(paths, endings);
  const format = from === 'auto' ? recogniseFormat(files) : from;
  return { format, ...importedRun(importers[format].read(files, options), options) };
}
