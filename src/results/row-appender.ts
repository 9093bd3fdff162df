import { ftruncateSync, statSync, writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { outputUnusable } from './file-errors.ts';

/** What is needed of the open results file. */
export interface RowsFile {
  /** Puts bytes at the end; returns how many. */
  write(bytes: Buffer): number;
  /** Cuts off all behind the first `bytes` bytes. */
  truncate(bytes: number): void;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Puts rows at the end of a results file, one after the other. */
export interface RowAppender {
  /**
   * Writes a row: no end of this process can take it away any more, and within a tenth of a second the disk is told to keep it. Throws
   * `output_unusable` where it cannot be written, and then no other row follows what is left of it; so does every row after the disk
   * could not keep one.
   */
  append(row: Result): void;
  /** Resolves when all rows so far would outlive a power cut. Rejects with `output_unusable` where the disk does not keep them. */
  sync(): Promise<void>;
  /** Syncs and closes the file. Rejects with `output_unusable` where another program changed it. */
  close(): Promise<void>;
}

/** A disk takes milliseconds to sync, and a call to a fast endpoint not many more: no slot waits for it. */
const syncAfterMs = 100;

/** An open file as the appender needs it. */
export function rowsFile(handle: FileHandle): RowsFile {
  return {
    write: (bytes) => writeSync(handle.fd, bytes),
    truncate: (bytes) => ftruncateSync(handle.fd, bytes),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

/**
 * An appender to `file`, opened for appending at `path`, whose `bytes` bytes are whole lines. Rows are written at once and without
 * a turn of the event loop: a row is a few microseconds' copy into the system's memory, and with 32 calls under way each turn is
 * milliseconds of a slot that does nothing.
 */
export function appendRows(
  file: RowsFile,
  place: { readonly path: string; readonly bytes: number },
): RowAppender {
  const { path } = place;
  let bytes = place.bytes;
  let halfWritten = false;
  let unsynced = false;
  let syncTimer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> = Promise.resolve();
  /** What the disk said when it could not keep rows: what it did with them is unknown from then on. */
  let unkept: NeedlescopeError | null = null;

  const cutBack = (): void => {
    file.truncate(bytes);
    halfWritten = false;
  };

  const write = (line: Buffer): void => {
    if (halfWritten) cutBack();
    checkUntouched(path, bytes);
    halfWritten = true;
    for (let at = 0; at < line.length; ) at += file.write(line.subarray(at));
    halfWritten = false;
    bytes += line.length;
  };

  const syncNow = (): Promise<void> => {
    clearTimeout(syncTimer);
    syncTimer = undefined;
    syncing = syncing.then(async () => {
      if (!unsynced || unkept !== null) return;
      unsynced = false;
      await file.datasync().catch((error: unknown) => {
        unkept = outputUnusable(path, error);
      });
    });
    return syncing;
  };

  const sync = async (): Promise<void> => {
    await syncNow();
    if (unkept !== null) throw unkept;
  };

  return {
    append: (row) => {
      if (unkept !== null) throw unkept;
      try {
        write(Buffer.from(`${JSON.stringify(row)}\n`));
      } catch (error) {
        try {
          // Half a row in front of the next one would damage a middle line. If even this fails, the next row tries again first, and
          // a reader finds a torn last line.
          if (halfWritten) cutBack();
        } catch {}
        throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
      }
      unsynced = true;
      syncTimer ??= setTimeout(syncNow, syncAfterMs);
    },
    sync,
    close: async () => {
      try {
        await sync();
        if (!halfWritten) checkUntouched(path, bytes);
      } finally {
        await file.close();
      }
    },
  };
}

/**
 * An editor that saves the file puts its own copy in its place, and a deleted folder takes it away: rows would go on into a file
 * that nobody sees. Where another program wrote, this one stops before it makes it worse.
 */
function checkUntouched(path: string, bytes: number): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? null;
  if (size === bytes) return;
  const came = size === null ? 'it is gone' : `it has ${size}`;
  throw new NeedlescopeError(
    'output_unusable',
    `${path}: expected ${bytes} bytes, as this run left it, but ${came}: another program changed the file meanwhile`,
    {
      hint: 'leave the file alone while a run writes it; the same command again asks the cells whose rows are not there',
    },
  );
}
