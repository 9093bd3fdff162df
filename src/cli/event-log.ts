import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { errnoOf } from '../results/file-errors.ts';
import { makeFolder } from '../results/make-folder.ts';
import type { RunEvent } from '../run/job.ts';
import type { CliContext } from './context.ts';
import { createHideSecrets } from './hide-secrets.ts';

/** The file of `--events`: every event of a run, a line of JSON each (docs/events.md). */
export interface EventLog {
  /** Puts a line at the end; returns at once. */
  write(event: RunEvent): void;
  /** Resolves when all lines are in the file. */
  close(): Promise<void>;
}

/**
 * Opens `path` for appending, making its folder where there is none; throws `output_unusable` where it cannot be written to. A file
 * that fails later ends the log, not the run, and `onTrouble` is told once.
 */
export async function openEventLog(
  path: string,
  context: Pick<CliContext, 'now' | 'monotonicMs' | 'env'>,
  onTrouble: (message: string) => void,
): Promise<EventLog> {
  const torn = await endsInMiddleOfLine(path);
  const file = await openFile(path);
  const hide = createHideSecrets(context.env);
  const startedMs = context.monotonicMs();
  let waiting = torn ? '\n' : '';
  let writing: Promise<void> | null = null;
  let failed = false;

  const writeAll = async (): Promise<void> => {
    while (waiting !== '' && !failed) {
      const lines = waiting;
      waiting = '';
      try {
        await file.appendFile(lines);
      } catch (error) {
        failed = true;
        onTrouble(
          `${path} takes no more events (${errnoOf(error) ?? 'error'}); the run goes on without them`,
        );
      }
    }
    writing = null;
  };

  return {
    write: (event) => {
      if (failed) return;
      const at = new Date(context.now()).toISOString();
      const ms = Math.round(context.monotonicMs() - startedMs);
      waiting += `${hide(JSON.stringify({ at, ms, ...event }))}\n`;
      writing ??= writeAll();
    },
    close: async () => {
      await writing;
      await file.close();
    },
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a').catch(async (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await makeFolder(dirname(path));
      return open(path, 'a');
    });
  } catch (cause) {
    throw new NeedlescopeError(
      'output_unusable',
      `--events: expected a file to append to, got ${path} (${errnoOf(cause) ?? 'error'})`,
      { hint: 'name a file in a folder that can be written: --events events.jsonl', cause },
    );
  }
}

/** As a kill leaves it: the next line must not go on where the last one was torn. */
async function endsInMiddleOfLine(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true || found.size === 0) return false;
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, found.size - 1);
    return buffer.toString() !== '\n';
  } finally {
    await file.close();
  }
}
