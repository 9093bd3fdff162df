import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errnoOf } from './file-errors.ts';

/** Who holds a folder. `processStart` tells a process from a later one with the same id. */
export interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly processStart: string | null;
  readonly host: string;
  /** ISO 8601, for people to read: no decision hangs on a clock. */
  readonly since: string;
}

/** This process as a holder that calls itself `token`. */
export function thisProcess(token: string): Holder {
  return {
    token,
    pid: process.pid,
    processStart: startOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
}

/** The holder named in the file `path`; null where its content is damaged, `gone` where there is no file. */
export async function readHolder(path: string): Promise<Holder | null | 'gone'> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    // The token becomes part of a file name, and 0 or a negative id would ask about a group of processes.
    const sound =
      /^[\w-]{1,64}$/.test(value?.token ?? '') && Number.isInteger(value?.pid) && (value?.pid ?? 0) > 0;
    return sound ? (value as Holder) : null;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone';
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether the holder may still be writing. */
export function isLive(holder: Holder): boolean {
  // On another machine (a shared disk) nothing can be asked about the process: the lock counts.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
  }
  const start = startOf(holder.pid);
  if (start === 'ended') return false;
  return start === null || holder.processStart === null || start === holder.processStart;
}

/**
 * Boot id and start tick of a process on Linux, which no later process shares; null elsewhere. `ended` for a process that was killed
 * and that its parent has not noticed: in a container without an init it keeps its id for ever.
 */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields 3 and 22 (proc(5)); the second field, the name in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return fields[19] === undefined ? null : `${boot}:${fields[19]}`;
  } catch {
    // No /proc, or the process ended meanwhile: the caller then goes by the process id alone.
    return null;
  }
}
