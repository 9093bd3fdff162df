import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import type { ScriptedServer } from '../run/scripted-server.ts';
import { manifestIn, type Running, rowsOf, start, temporaryFolder } from './command.ts';

/** Twelve short cells, four at a time. */
export const twelve = ['--lengths', '600', '--depths', '0,50,100', '--trials', '4', '--concurrency', '4'];
export const oneCell = ['--lengths', '600', '--depths', '50', '--trials', '1'];

/** `needlescope run` into `out` with a model that has an answer to everything; `url` null: the embedded endpoint. */
export const run = (url: string | null, ...more: string[]): string[] => [
  'run',
  ...(url === null ? [] : ['--base-url', url]),
  '--model',
  'known-answer/perfect-1m',
  '--tokenizer',
  'o200k_base',
  '--out',
  'out',
  ...more,
];

/** What runs that are interrupted share in one test file. */
export interface Interrupting {
  server(): ReferenceServer;
  /** Closes the server after the test. */
  closeAfter(server: ScriptedServer): void;
  /** Starts the command; the file's runs share what they make ready. */
  started(args: readonly string[], options?: { readonly group?: boolean }): Running;
  /** The results folder. */
  out(): string;
  rowCount(): Promise<number>;
  status(): Promise<string | null>;
}

/** A slow endpoint for the whole file, and a folder for each test. */
export function interrupting(): Interrupting {
  let server: ReferenceServer;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let cache: Awaited<ReturnType<typeof temporaryFolder>>;
  const scripted: ScriptedServer[] = [];
  beforeAll(async () => {
    server = await startReferenceServer({ latencyMs: 150 });
    cache = await temporaryFolder();
  });
  afterAll(async () => {
    await server.close();
    await cache.remove();
  });
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const each of scripted.splice(0)) await each.close();
    await folder.remove();
  });
  const out = (): string => join(folder.dir, 'out');
  return {
    server: () => server,
    closeAfter: (each) => void scripted.push(each),
    started: (args, options = {}) =>
      start(args, { cwd: folder.dir, env: { XDG_CACHE_HOME: cache.dir }, ...options }),
    out,
    rowCount: async () => (await rowsOf(out()).catch(() => [])).length,
    status: async () => (await manifestIn(out()).catch(() => null))?.status ?? null,
  };
}

/** Waits for a moment in the life of a run that must not end before. */
export async function until(moment: () => boolean | Promise<boolean>, running: Running): Promise<void> {
  while (!(await moment())) {
    if (running.child.exitCode !== null) throw new Error((await running.ended).stderr);
    await wait(2);
  }
}

/** Two wishes, not one that came twice. */
export async function interruptTwice(running: Running): Promise<void> {
  running.child.kill('SIGINT');
  await wait(200);
  expect(running.child.exitCode).toBe(null);
  running.child.kill('SIGINT');
}

/** The calls in flight finish and are recorded, the rest is asked by the same command again. */
export async function expectKindEnd(
  { server, started, out, rowCount, status }: Interrupting,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP',
): Promise<void> {
  const before = server().requests().length;
  const calls = (): number => server().requests().length - before;
  const first = started(run(server().url, ...twelve));
  await until(async () => (await rowCount()) > 0 && calls() > (await rowCount()), first);
  first.child.kill(signal);
  expect(await first.ended).toMatchObject({ code: 130, signal: null });
  expect(await status()).toBe('aborted');
  const rows = await rowsOf(out());
  expect(rows.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(rows.map(() => ['scored', 1]));
  expect(rows.length).toBe(calls());
  expect(rows.length).toBeLessThan(12);
  expect(await started(run(server().url, ...twelve)).ended).toMatchObject({ code: 0 });
  expect(await rowsOf(out())).toHaveLength(12);
  expect(calls()).toBe(12);
}
