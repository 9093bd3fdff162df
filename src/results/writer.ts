import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { outputUnusable } from './file-errors.ts';
import { holdFolder } from './hold-folder.ts';
import type { Manifest } from './manifest.ts';
import { manifestFile, readManifest, resultsFile } from './read-run.ts';
import { replaceFile, syncFolder } from './replace-file.ts';
import { parseResultLines } from './result-lines.ts';
import { appendRows, type RowAppender, rowsFile } from './row-appender.ts';

/** A run's folder, held by this process until `close`. */
export interface RunFolder {
  readonly dir: string;
  /** The last row of every key, as it stood when the folder was opened. */
  readonly existing: ReadonlyMap<string, Result>;
  /** Bytes of a torn last line that were cut off when the folder was opened. */
  readonly tornBytes: number;
  /** The manifest as it stood when the folder was opened; null in a new folder. */
  readonly manifest: Manifest | null;
  /** Replaces manifest.json once the rows so far are safe; a reader sees the old or the new one, never a half. Calls take their turn. */
  writeManifest(manifest: Manifest): Promise<void>;
  /** Writes a row: no end of this process can take it away any more. Throws `output_unusable` where it cannot be written. */
  append(row: Result): void;
  /** Gives the folder back after what is under way. Throws `output_unusable` where another program changed the rows meanwhile. */
  close(): Promise<void>;
}

/**
 * Makes, locks and opens a run's folder, so that an unusable output is known before the first paid call.
 * A torn last line is cut off. Throws `output_unusable`, `output_locked`, or `results_unusable` for damaged rows.
 */
export async function openRunFolder(dir: string): Promise<RunFolder> {
  const lock = await holdFolder(dir);
  try {
    const manifest = await readManifest(dir);
    const rows = await openRows(join(dir, resultsFile));
    let manifestWritten: Promise<void> = Promise.resolve();
    return {
      dir,
      existing: rows.existing,
      tornBytes: rows.tornBytes,
      manifest,
      writeManifest: (next) => {
        // Not `finished` before the rows that it speaks of would outlive a power cut.
        const written = manifestWritten
          .then(rows.sync)
          .then(() => replaceFile(join(dir, manifestFile), `${JSON.stringify(next, null, 2)}\n`));
        manifestWritten = written.catch(() => undefined);
        return written;
      },
      append: rows.append,
      close: async () => {
        try {
          await manifestWritten;
          await rows.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Rows extends RowAppender, Pick<RunFolder, 'existing' | 'tornBytes'> {}

async function openRows(path: string): Promise<Rows> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'a+');
  } catch (error) {
    throw outputUnusable(path, error);
  }
  try {
    // A device in its place may never come to an end.
    if (!(await handle.stat()).isFile()) throw new Error('a regular file is needed');
    const content = await handle.readFile();
    const { rows, wholeBytes, endsInLine } = parseResultLines(content, path);
    const tornBytes = content.length - wholeBytes;
    if (tornBytes > 0) await handle.truncate(wholeBytes);
    if (!endsInLine) await handle.appendFile('\n');
    await handle.datasync();
    await syncFolder(dirname(path));
    const bytes = wholeBytes + (endsInLine ? 0 : 1);
    return { existing: rows, tornBytes, ...appendRows(rowsFile(handle), { path, bytes }) };
  } catch (error) {
    await handle.close();
    throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
  }
}
