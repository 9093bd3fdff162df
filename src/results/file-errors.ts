import { NeedlescopeError } from '../core/errors.ts';

/** The `code` of a system error (`ENOENT`, `EACCES` …), or null for anything else. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const reasons: Readonly<Record<string, readonly [came: string, hint: string]>> = {
  ENOTDIR: ['a part of the path is a file', 'name a folder with `output` or --out'],
  EEXIST: ['a file of that name exists', 'name a folder with `output` or --out'],
  EISDIR: ['a folder stands where a file is written', 'move it away, or name another folder with --out'],
  EACCES: ['permission denied', 'make the folder writable, or name another with --out'],
  EPERM: ['operation not permitted', 'make the folder writable, or name another with --out'],
  EROFS: ['the file system is read-only', 'name a writable folder with --out'],
  ENOSPC: ['the disk is full', 'free some space and run the same command again: it resumes'],
  EFBIG: [
    'the file may not grow any further',
    'raise the limit on file sizes (`ulimit -f`, or that of the file system) and run the same command again: it resumes',
  ],
  EIO: ['the disk reported an error', 'check the disk, then run the same command again: it resumes'],
  EDQUOT: ['the disk quota is used up', 'free some space and run the same command again: it resumes'],
};

/** `output_unusable` for a failed write or creation at `path`, with what is wrong and the fix. */
export function outputUnusable(path: string, cause: unknown): NeedlescopeError {
  const errno = errnoOf(cause);
  const [came, hint] = (errno === null ? undefined : reasons[errno]) ?? [
    errno ?? (cause instanceof Error ? cause.message : String(cause)),
    'check the path, or name another folder with --out',
  ];
  return new NeedlescopeError('output_unusable', `${path}: expected to write here, but ${came}`, {
    hint,
    cause,
  });
}
