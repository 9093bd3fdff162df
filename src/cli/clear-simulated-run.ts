import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFile, resultsFile } from '../results/read-run.ts';
import { lockRunFolder } from '../results/run-lock.ts';

/**
 * A demo and a calibration start anew: the rows of an earlier one in `dir` go, whatever version wrote them. A folder with anything but
 * simulated models is left as it is, for the run to refuse.
 */
export async function clearSimulatedRun(dir: string): Promise<void> {
  const text = await readFile(join(dir, manifestFile), 'utf8').catch(() => null);
  if (text === null || !holdsOnlySimulated(text)) return;
  // Another that is still running keeps its rows: this one is refused.
  const lock = await lockRunFolder(dir);
  try {
    await rm(join(dir, resultsFile), { force: true });
    await rm(join(dir, manifestFile), { force: true });
  } finally {
    await lock.release();
  }
}

function holdsOnlySimulated(manifest: string): boolean {
  try {
    const { models } = JSON.parse(manifest) as { models?: readonly { simulated?: unknown }[] };
    return Array.isArray(models) && models.every((model) => model.simulated === true);
  } catch {
    // A torn manifest is not ours to judge.
    return false;
  }
}
