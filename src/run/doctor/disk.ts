import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, finding } from './finding.ts';

/** A row with a long answer, and room for its line in the report: rows seen take 2 to 4 KB. */
const bytesPerCell = 8_192;
/** A report with its figures, and whatever else writes to this disk meanwhile. */
const leastFreeBytes = 100 * 1024 * 1024;

/** Whether the rows of `cells` cells can be written to a folder that may not be there yet. Asks the disk. */
export async function examineDisk(dir: string, cells: number): Promise<Finding> {
  const place = await nearestFolder(dir);
  try {
    await access(place, constants.W_OK);
    const { bavail, bsize } = await statfs(place);
    return judgeDisk({ place, freeBytes: bavail * bsize, cells });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return finding('disk', 'problem', [`${place} cannot be written to: ${why}`, '--out <a folder of yours>']);
  }
}

/** What so many free bytes mean for so many cells. Pure. */
export function judgeDisk({
  place,
  freeBytes,
  cells,
}: {
  readonly place: string;
  readonly freeBytes: number;
  readonly cells: number;
}): Finding {
  const needed = leastFreeBytes + cells * bytesPerCell;
  const free = `${Math.floor(freeBytes / 1024 ** 2)} MB free in ${place}`;
  return freeBytes >= needed
    ? finding('disk', 'ok', [free])
    : finding('disk', 'warning', [
        `${free}, and a run of ${cells} cells may need ${Math.ceil(needed / 1024 ** 2)} MB`,
        'free some, or --out <a folder on another disk>',
      ]);
}

/** The folder itself or the nearest one above it that exists. */
async function nearestFolder(dir: string): Promise<string> {
  for (let place = dir; ; place = dirname(place)) {
    const there = await access(place).then(
      () => true,
      () => false,
    );
    if (there || dirname(place) === place) return place;
  }
}
