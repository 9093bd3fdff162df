import { outputUnusable } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { lockRunFolder, type RunLock } from './run-lock.ts';

/** Makes a run's folder where there is none, and locks it. Throws `output_unusable` or `output_locked`. */
export async function holdFolder(dir: string): Promise<RunLock> {
  try {
    await makeFolder(dir);
  } catch (error) {
    throw outputUnusable(dir, error);
  }
  return lockRunFolder(dir);
}
