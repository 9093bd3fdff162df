import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { errnoOf, outputUnusable } from '../results/file-errors.ts';
import { manifestFile, resultsFile } from '../results/read-run.ts';
import type { ImportedRun } from './importer.ts';

/**
 * Writes an imported run to the folder `dir`, which must be new or empty. It is written beside its place and renamed, so that
 * there is a whole run or none. Throws `output_unusable`.
 */
export async function writeImported(dir: string, { manifest, results }: ImportedRun): Promise<void> {
  await refuseUsed(dir);
  const unfinished = join(dirname(dir), `.${basename(dir)}.importing-${randomUUID()}`);
  try {
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, resultsFile), results.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await writeFile(join(unfinished, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
    // An empty folder gives way; one that was filled meanwhile does not.
    await rename(unfinished, dir);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw outputUnusable(dir, error);
  }
}

async function refuseUsed(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw outputUnusable(dir, error);
  });
  if (names.length === 0) return;
  throw new NeedlescopeError(
    'output_unusable',
    `${dir}: expected a new or empty folder, found ${names[0]} in it`,
    {
      hint: 'name another folder with -o, or remove this one',
    },
  );
}
