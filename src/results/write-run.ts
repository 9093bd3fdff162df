import { join } from 'node:path';
import type { Result } from '../core/result.ts';
import { holdFolder } from './hold-folder.ts';
import type { Manifest } from './manifest.ts';
import { manifestFile, resultsFile } from './read-run.ts';
import { replaceFile } from './replace-file.ts';

/** Writes a whole run at once, in place of what is there; a reader meets the old rows or the new ones. Throws `output_unusable` or `output_locked`. */
export async function writeRun(
  dir: string,
  run: { readonly manifest: Manifest; readonly results: readonly Result[] },
): Promise<void> {
  const lock = await holdFolder(dir);
  try {
    await replaceFile(join(dir, resultsFile), run.results.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await replaceFile(join(dir, manifestFile), `${JSON.stringify(run.manifest, null, 2)}\n`);
  } finally {
    await lock.release();
  }
}
