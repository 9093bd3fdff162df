import { fork } from 'node:child_process';
import { NeedlescopeError } from '../core/errors.ts';

export interface DemoEndpoint {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The known-answer endpoint in a process of its own, so that reading prompts and making them share no core. `entry` is the
 * command's own script. The child ends with its parent: it stops when the channel between them closes.
 */
export async function startDemoEndpoint(entry: string): Promise<DemoEndpoint> {
  const child = fork(entry, ['serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in a terminal goes to the whole group, and would end the calls that may finish.
    detached: process.platform !== 'win32',
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('\n')) resolve(printed.trim());
    });
    child.once('exit', (code) => {
      reject(
        new NeedlescopeError(
          'endpoint_unreachable',
          `the embedded endpoint ended with ${code}: ${errors.trim()}`,
          {
            hint: 'run `needlescope serve` to see why it does not start',
          },
        ),
      );
    });
  });
  return {
    url,
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
