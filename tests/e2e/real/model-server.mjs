import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** A model being loaded from a cold disk on a busy machine; past it, it hangs. */
const startMs = 120_000;
/** How long the server may take to end before it is killed. */
const stopMs = 5_000;

/** Starts the server with one of its models (see serve.py) and waits until it is healthy. Returns its address, its model's id and how to stop it. */
export async function startModelServer({ python, model: args, logFile, signal }) {
  const script = join(import.meta.dirname, 'serve.py');
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.pipe(createWriteStream(logFile));
  // Writing to a process that just ended is no error of ours: the end of its input is only a signal to it.
  child.stdin.on('error', () => {});
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(killer);
    }
    child.stdin.destroy();
  };

  const timeLimit = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line', { signal: timeLimit }),
      ended.then(async () => {
        throw new Error(`the server ended before it listened:\n${await lastLines(logFile)}`);
      }),
    ]);
    const { url, model } = JSON.parse(line);
    await untilHealthy(url, timeLimit);
    return { url, model, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilHealthy(url, signal) {
  for (;;) {
    const status = await fetch(`${url}/health`, { signal }).then(
      (answer) => answer.status,
      () => null,
    );
    if (status === 200) return;
    signal.throwIfAborted();
    await wait(100, undefined, { signal });
  }
}

async function lastLines(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-8).join('\n');
}
