import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, outputUnusable } from './file-errors.ts';

/** How systems say that a folder cannot be opened or synced like a file: Windows, network shares, a folder without read permission. */
const withoutFolderSync: ReadonlySet<string> = new Set([
  'EISDIR',
  'EPERM',
  'EACCES',
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
]);

/**
 * Puts `text` in the place of the file `path`: whoever reads it, and whenever the machine stops, finds the old or the new content
 * whole. One writer at a time. Throws `output_unusable`.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  // Always the same name: what a kill leaves here is overwritten by the next write and does not pile up.
  const temporary = `${path}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      // Before the rename, which may otherwise reach the disk first and leave an empty file.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw outputUnusable(path, error);
  }
}

/** Makes the names in the folder `dir` last: until then a file that was made or renamed may be lost with the power, content and all. */
export async function syncFolder(dir: string): Promise<void> {
  try {
    const handle = await open(dir, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!withoutFolderSync.has(errnoOf(error) ?? '')) throw error;
  }
}
