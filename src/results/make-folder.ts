import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './file-errors.ts';
import { syncFolder } from './replace-file.ts';

/** Makes a folder and those above it. Not `recursive`: on file systems that answer ENOENT to any new folder (/proc), Node 20 then tries for ever. */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' && (await stat(dir)).isDirectory()) return;
    if (errno !== 'ENOENT' || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await mkdir(dir);
  }
  await syncFolder(dirname(dir));
}
