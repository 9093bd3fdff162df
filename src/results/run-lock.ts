import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, copyFile, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { errnoOf, outputUnusable } from './file-errors.ts';

const lockFile = '.lock';
const markStaleMs = 10_000;
/** How file systems without hard links (exFAT, some network shares) refuse one. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Who holds a folder. `processStart` tells a process from a later one with the same id. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly processStart: string | null;
  readonly host: string;
  readonly since: string;
}

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
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    processStart: processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  const draft = `${path}.${mine.token}`;
  try {
    await writeFile(draft, `${JSON.stringify(mine)}\n`);
    // Twice: the lock that stood in the way may be let go of between the two steps.
    for (let tries = 0; tries < 2; tries++) {
      if (await create(draft, path)) return { release: () => releaseLock(path, mine) };
      const holder = await readHolder(path);
      if (holder === 'gone') continue;
      if (isLive(holder)) throw locked(dir, path, holder);
      if (await takeOver(draft, path, holder)) return { release: () => releaseLock(path, mine) };
    }
    throw locked(dir, path, null);
  } catch (error) {
    throw error instanceof NeedlescopeError ? error : outputUnusable(path, error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Puts the written draft in the lock's place unless one stands there: no lock is ever seen without its content. */
async function create(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path).catch((error: unknown) => {
      if (!withoutLinks.has(errnoOf(error) ?? '')) throw error;
      return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Replaces a stale lock. Of several processes that saw it, the one that makes the mark beside it goes on, and it looks again: at
 * no moment is the folder without a lock.
 */
async function takeOver(draft: string, path: string, stale: Holder | null): Promise<boolean> {
  const mark = `${path}.takeover`;
  // A mark is held for milliseconds; one that is older was left by a killed process.
  const age = Date.now() - ((await stat(mark).catch(() => null))?.mtimeMs ?? Date.now());
  if (age > markStaleMs) await rm(mark, { force: true });
  if (!(await create(draft, mark))) return false;
  try {
    const holder = await readHolder(path);
    if (holder === 'gone' || holder?.token !== stale?.token) return false;
    await rename(draft, path);
    return true;
  } finally {
    await rm(mark, { force: true });
  }
}

/** The holder named in the lock; null where its content is damaged. */
async function readHolder(path: string): Promise<Holder | null | 'gone'> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone';
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function releaseLock(path: string, mine: Holder): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== 'gone' && holder?.token === mine.token) await rm(path, { force: true });
}

function isLive(holder: Holder | null): boolean {
  if (holder === null) return false;
  // On another machine (a shared disk) nothing can be asked about the process: the lock counts.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
  }
  const start = processStart(holder.pid);
  return start === null || holder.processStart === null || start === holder.processStart;
}

/** Boot id and start tick of a process on Linux, which no later process shares; null elsewhere. */
function processStart(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22 (proc(5)); the second field, the name in brackets, may hold spaces.
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return start === undefined ? null : `${boot}:${start}`;
  } catch {
    // No /proc, or the process ended meanwhile: the caller then goes by the process id alone.
    return null;
  }
}

function locked(dir: string, path: string, holder: Holder | null): NeedlescopeError {
  const who =
    holder === null ? 'another run' : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return new NeedlescopeError('output_locked', `${dir}: expected a free folder, but ${who} is writing here`, {
    hint: `wait for it, name another folder with --out, or delete ${path} if that process is gone`,
  });
}
