import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NeedlescopeError } from '../core/errors.ts';
import { errnoOf, outputUnusable } from './file-errors.ts';
import { type Holder, isLive, readHolder, thisProcess } from './lock-holder.ts';

const lockFile = '.lock';
/** How file systems without hard links (exFAT, some network shares) refuse one. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);
/** Without hard links a lock is seen before its content is: an empty one gets this long. */
const contentMs = 200;

/** A held folder. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes the folder `dir` for this process. Throws `output_locked` at once where a live run holds it; a lock left
 * behind by a killed process is recognised and replaced.
 */
export async function lockRunFolder(dir: string): Promise<RunLock> {
  const path = join(dir, lockFile);
  const mine = thisProcess(randomUUID());
  try {
    const rival = await take(path, mine);
    if (rival !== null) throw locked(dir, path, rival);
    await sweep(dir);
  } catch (error) {
    throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
  }
  return {
    release: async () => {
      if (holds(await readHolder(path), mine)) await rm(path, { force: true });
    },
  };
}

/**
 * Makes `mine` the holder named at `path`; null when it is, else who is in the way.
 *
 * A stale lock is replaced by the one process that holds a lock on doing so: a mark named after the killed holder, which is a lock like
 * any other, so that a process killed while it holds the mark is in nobody's way either. With the mark in hand the lock is read
 * again: whoever had it before may be done, and then there is nothing stale left to replace. At no moment is the folder without a
 * lock, and no step depends on a clock.
 */
async function take(path: string, mine: Holder): Promise<Holder | 'unknown' | null> {
  // More than once: what stood in the way may be let go of between two steps.
  for (let tries = 0; tries < 3; tries++) {
    if (await create(path, mine)) return null;
    const holder = await readSettled(path);
    if (holder === 'gone') continue;
    if (holder !== null && isLive(holder)) return holder;
    const mark = `${path}.${holder?.token ?? 'damaged'}.takeover`;
    const rival = await take(mark, mine);
    if (rival !== null) return rival;
    try {
      const now = await readHolder(path);
      if (now === 'gone' || now?.token !== holder?.token) continue;
      await replace(path, mine);
      return null;
    } finally {
      await rm(mark, { force: true });
    }
  }
  return 'unknown';
}

async function readSettled(path: string): ReturnType<typeof readHolder> {
  const holder = await readHolder(path);
  if (holder !== null) return holder;
  await sleep(contentMs);
  return readHolder(path);
}

/** Puts `mine` at `path` unless a file stands there: by a link, so that no lock is ever seen without its content. */
async function create(path: string, mine: Holder): Promise<boolean> {
  const draft = await writeDraft(path, mine);
  try {
    await link(draft, path).catch((error: unknown) => {
      if (!withoutLinks.has(errnoOf(error) ?? '')) throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replace(path: string, mine: Holder): Promise<void> {
  const draft = await writeDraft(path, mine);
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function writeDraft(path: string, mine: Holder): Promise<string> {
  const draft = join(dirname(path), `${lockFile}.${mine.token}.draft`);
  try {
    await writeFile(draft, `${JSON.stringify(mine)}\n`);
    return draft;
  } catch (error) {
    // A full disk leaves an empty file.
    await rm(draft, { force: true });
    throw error;
  }
}

function holds(holder: Awaited<ReturnType<typeof readHolder>>, mine: Holder): boolean {
  return holder !== 'gone' && holder?.token === mine.token;
}

/** Removes what processes left that were killed while they locked. One without content may just be being written: it stays. */
async function sweep(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith(`${lockFile}.`)) continue;
    const holder = await readHolder(join(dir, name));
    if (holder !== 'gone' && holder !== null && !isLive(holder)) await rm(join(dir, name), { force: true });
  }
}

function locked(dir: string, path: string, holder: Holder | 'unknown'): NeedlescopeError {
  const who =
    holder === 'unknown' ? 'another run' : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return new NeedlescopeError('output_locked', `${dir}: expected a free folder, but ${who} is writing here`, {
    hint: `wait for it, name another folder with --out, or delete ${path} if that process is gone`,
  });
}
