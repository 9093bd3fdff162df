import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atMost, type Figure, told } from '../figure.ts';

/** Milliseconds that `needlescope --version` takes over an empty script of Node, the fastest of interleaved starts. */
export function startUpFigures(): Figure[] {
  const main = join(process.cwd(), 'dist/main.js');
  const time = (args: readonly string[]): number => {
    const before = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args);
    if (status !== 0) throw new Error(`${args.join(' ')}: ${String(stderr)}`);
    return performance.now() - before;
  };
  let empty = Number.POSITIVE_INFINITY;
  let version = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 25; i++) {
    empty = Math.min(empty, time(['-e', '0']));
    version = Math.min(version, time([main, '--version']));
  }
  return [told('an empty script', empty, 'ms'), atMost('--version over it', version - empty, 15, 'ms')];
}
