import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';

/**
 * Writes a file beside its place and renames it, so that a reader never meets half of it. Throws `output_unusable`; `flag` is
 * what names another place.
 */
export async function writeWhole(
  path: string,
  { content, flag = '-o' }: { readonly content: string | Uint8Array; readonly flag?: string },
): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new NeedlescopeError('output_unusable', `expected to write the report to ${path}, but could not`, {
      hint: `choose another place with ${flag}, or make the folder writable`,
      cause,
    });
  }
}
