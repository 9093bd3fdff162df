import { expect, test } from 'vitest';
import { cacheFolder } from '../../src/cli/cache-folder.ts';

test.each([
  ['linux', '/home/ann', {}, '/home/ann/.cache/needlescope'],
  ['linux', '/home/ann', { XDG_CACHE_HOME: '/var/cache' }, '/var/cache/needlescope'],
  ['linux', '/home/ann', { XDG_CACHE_HOME: 'relative' }, '/home/ann/.cache/needlescope'],
  ['linux', '/home/ann', { XDG_CACHE_HOME: '' }, '/home/ann/.cache/needlescope'],
  ['linux', '/home/ann', { LOCALAPPDATA: '/elsewhere' }, '/home/ann/.cache/needlescope'],
  ['darwin', '/Users/ann', {}, '/Users/ann/.cache/needlescope'],
  [
    'win32',
    'C:\\Users\\Ann',
    { LOCALAPPDATA: 'C:\\Users\\Ann\\AppData\\Local' },
    'C:\\Users\\Ann\\AppData\\Local\\needlescope\\cache',
  ],
  ['win32', 'C:\\Users\\Ann', {}, 'C:\\Users\\Ann\\.cache\\needlescope'],
  [
    'win32',
    'C:\\Users\\Ann',
    { XDG_CACHE_HOME: 'D:\\cache', LOCALAPPDATA: 'C:\\x' },
    'D:\\cache\\needlescope',
  ],
])('the cache folder on %s with home %s and %o is %4$s', (platform, home, env, folder) => {
  expect(cacheFolder({ env, home, platform })).toBe(folder);
});
