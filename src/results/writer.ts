import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { errnoOf, outputUnusable } from './file-errors.ts';
import type { Manifest } from './manifest.ts';
import { manifestFile, readManifest, resultsFile } from './read-run.ts';
import { parseResultLines } from './result-lines.ts';
import { lockRunFolder } from './run-lock.ts';

/** A run's folder, held by this process until `close`. */
export interface RunFolder {
  readonly dir: string;
  /** The last row of every key, as it stood when the folder was opened. */
  readonly existing: ReadonlyMap<string, Result>;
  /** The manifest as it stood when the folder was opened; null in a new folder. */
  readonly manifest: Manifest | null;
  /** Replaces manifest.json; a reader sees the old or the new one, never a half. */
  writeManifest(manifest: Manifest): Promise<void>;
  /** Resolves when the row is on disk. */
  append(row: Result): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes, locks and opens a run's folder, so that an unusable output is known before the first paid call.
 * A torn last line is cut off. Throws `output_unusable`, `output_locked`, or `results_unusable` for damaged rows.
 */
export async function openRunFolder(dir: string): Promise<RunFolder> {
  try {
    await makeFolder(dir);
  } catch (error) {
    throw outputUnusable(dir, error);
  }
  const lock = await lockRunFolder(dir);
  try {
    const manifest = await readManifest(dir);
    const rows = await openRows(join(dir, resultsFile));
    return {
      dir,
      existing: rows.existing,
      manifest,
      writeManifest: (next) => replaceFile(join(dir, manifestFile), `${JSON.stringify(next, null, 2)}\n`),
      append: rows.append,
      close: async () => {
        await rows.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Not `recursive`: on file systems that answer ENOENT to any new folder (/proc), Node 20 then tries for ever. */
async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' && (await stat(dir)).isDirectory()) return;
    if (errno !== 'ENOENT' || dirname(dir) === dir) throw error;
    await makeFolder(dirname(dir));
    await mkdir(dir);
  }
}

interface Rows {
  readonly existing: ReadonlyMap<string, Result>;
  append(row: Result): Promise<void>;
  close(): Promise<void>;
}

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
    const bytes = await handle.readFile();
    const { rows, wholeBytes } = parseResultLines(bytes, path);
    if (wholeBytes < bytes.length) await handle.truncate(wholeBytes);
    return { existing: rows, ...appender(handle, path, wholeBytes) };
  } catch (error) {
    await handle.close();
    throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
  }
}

/** One writer: rows go out whole and one after the other, however many calls end at once. */
function appender(handle: FileHandle, path: string, startBytes: number): Pick<Rows, 'append' | 'close'> {
  let bytes = startBytes;
  let last: Promise<void> = Promise.resolve();
  const write = async (row: Result): Promise<void> => {
    const line = Buffer.from(`${JSON.stringify(row)}\n`);
    try {
      await handle.appendFile(line);
      await handle.datasync();
      bytes += line.length;
    } catch (error) {
      // Half a row in front of the next one would damage a middle line; if even this fails, the tail stays torn.
      await handle.truncate(bytes).catch(() => undefined);
      throw outputUnusable(path, error);
    }
  };
  return {
    append: (row) => {
      const done = last.then(() => write(row));
      last = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await last;
      await handle.close();
    },
  };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw outputUnusable(path, error);
  }
}
