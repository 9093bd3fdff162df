import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Result } from '../../src/core/result.ts';
import type { Manifest } from '../../src/results/manifest.ts';

/** The built command, as a user has it. `npm test` builds it first. */
const entry = resolve(import.meta.dirname, '../../dist/main.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

interface Starting {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** As the first process of a group of its own, as a shell starts it. */
  readonly group?: boolean;
  /** A program that is given the command to run, e.g. `sh -c 'ulimit …; exec "$@"' sh`. */
  readonly under?: readonly string[];
}

/** Starts the command in `cwd` with a clean environment plus `env`; stdin is closed. */
export function start(args: readonly string[], options: Starting): Running {
  const [program = '', ...more] = [...(options.under ?? []), process.execPath, entry, ...args];
  const child = spawn(program, more, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', XDG_CACHE_HOME: join(options.cwd, '.cache'), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.group === true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs the command to its end. */
export function command(args: readonly string[], options: Starting): Promise<Ended> {
  return start(args, options).ended;
}

/** A folder of its own, and a way to take it away. */
export async function temporaryFolder(): Promise<{ readonly dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'needlescope-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** The rows of a run as they stand in the file, one a line. */
export async function rowsOf(dir: string): Promise<Result[]> {
  const text = await readFile(join(dir, 'results.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Result);
}

export async function manifestIn(dir: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as Manifest;
}
