import { type FileHandle, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { NeedlescopeError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { outputUnusable } from './file-errors.ts';

/** What is needed of the open results file. */
export type RowsFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

/** Puts rows at the end of a results file, one after the other, however many calls end at once. */
export interface RowAppender {
  /** Resolves when the row is on disk; rejects with `output_unusable` where it is not, and then no other row follows what is left of it. */
  append(row: Result): Promise<void>;
  /** Ends after the rows under way. Throws `output_unusable` where another program changed the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly line: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An appender to `file`, opened for appending at `path`, whose `bytes` bytes are whole lines. Rows that come while others are on
 * their way to the disk go out together, with one sync: a sync a row would bound a run by the disk, not by its endpoint.
 */
export function appendRows(
  file: RowsFile,
  place: { readonly path: string; readonly bytes: number },
): RowAppender {
  const { path } = place;
  let bytes = place.bytes;
  let halfWritten = false;
  let waiting: Waiting[] = [];
  let writing: Promise<void> = Promise.resolve();
  let idle = true;

  const cutBack = async (): Promise<void> => {
    await file.truncate(bytes);
    halfWritten = false;
  };

  const write = async (lines: Buffer): Promise<void> => {
    try {
      if (halfWritten) await cutBack();
      await checkUntouched(path, bytes);
      halfWritten = true;
      await file.appendFile(lines);
      await file.datasync();
      halfWritten = false;
      bytes += lines.length;
    } catch (error) {
      // Half a row in front of the next one would damage a middle line. If even this fails, the next row tries again first, and
      // a reader finds a torn last line.
      if (halfWritten) await cutBack().catch(() => undefined);
      throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
    }
  };

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Calls that end in one turn of the event loop come with one group.
      await setImmediate();
      const group = waiting;
      waiting = [];
      try {
        await write(Buffer.concat(group.map(({ line }) => line)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    idle = true;
  };

  return {
    append: (row) =>
      new Promise((resolve, reject) => {
        waiting.push({ line: Buffer.from(`${JSON.stringify(row)}\n`), resolve, reject });
        if (!idle) return;
        idle = false;
        writing = writeAll();
      }),
    close: async () => {
      try {
        await writing;
        if (!halfWritten) await checkUntouched(path, bytes);
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
async function checkUntouched(path: string, bytes: number): Promise<void> {
  const size = await stat(path).then(
    (file) => file.size,
    () => null,
  );
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
