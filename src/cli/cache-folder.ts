import { posix, win32 } from 'node:path';

/**
 * Where the program keeps what it can make or fetch again: XDG_CACHE_HOME, else LOCALAPPDATA on Windows, else ~/.cache. A
 * relative XDG_CACHE_HOME is passed over, as the XDG base directory specification says.
 */
export function cacheFolder(from: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: string;
}): string {
  const { env, home, platform } = from;
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const asked = env['XDG_CACHE_HOME'];
  if (asked !== undefined && isAbsolute(asked)) return join(asked, 'needlescope');
  const local = env['LOCALAPPDATA'];
  if (platform === 'win32' && local !== undefined && isAbsolute(local)) {
    return join(local, 'needlescope', 'cache');
  }
  return join(home, '.cache', 'needlescope');
}
