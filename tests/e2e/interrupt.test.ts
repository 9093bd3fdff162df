import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { chatAnswer, type ScriptedServer, startScriptedServer } from '../run/scripted-server.ts';
import { manifestIn, type Running, rowsOf, start, temporaryFolder } from './command.ts';

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

/** Starts the command; its runs share what they make ready. */
const started = (args: readonly string[], options: { readonly group?: boolean } = {}): Running =>
  start(args, { cwd: folder.dir, env: { XDG_CACHE_HOME: cache.dir }, ...options });
const out = (): string => join(folder.dir, 'out');
const run = (url: string | null, ...more: string[]): string[] => [
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
/** Twelve short cells, four at a time. */
const twelve = ['--lengths', '600', '--depths', '0,50,100', '--trials', '4', '--concurrency', '4'];
const oneCell = ['--lengths', '600', '--depths', '50', '--trials', '1'];

async function until(true_: () => boolean | Promise<boolean>, running: Running): Promise<void> {
  while (!(await true_())) {
    if (running.child.exitCode !== null) throw new Error((await running.ended).stderr);
    await wait(2);
  }
}
const rowCount = async (): Promise<number> => (await rowsOf(out()).catch(() => [])).length;
const status = async (): Promise<string | null> =>
  (await manifestIn(out()).catch(() => null))?.status ?? null;

describe('once', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: the calls in flight finish and are recorded, the rest is asked next time',
    async (signal) => {
      const before = server.requests().length;
      const calls = (): number => server.requests().length - before;
      const first = started(run(server.url, ...twelve));
      await until(async () => (await rowCount()) > 0 && calls() > (await rowCount()), first);
      first.child.kill(signal);
      expect(await first.ended).toMatchObject({ code: 130, signal: null });
      expect(await status()).toBe('aborted');
      const rows = await rowsOf(out());
      expect(rows.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(rows.map(() => ['scored', 1]));
      expect(rows.length).toBe(calls());
      expect(rows.length).toBeLessThan(12);
      expect(await started(run(server.url, ...twelve)).ended).toMatchObject({ code: 0 });
      expect(await rowsOf(out())).toHaveLength(12);
      expect(calls()).toBe(12);
    },
  );

  test('from a terminal, which tells the embedded endpoint too: its calls still finish', async () => {
    const args = run(null, ...twelve, '--model', 'known-answer/slow', '--trials', '8');
    // The embedded endpoint shows no log: a signal that comes just when all four slots change cells proves nothing.
    let finished = 0;
    for (let tries = 0; tries < 3 && finished < 3; tries++) {
      await rm(out(), { recursive: true, force: true });
      const running = started(args, { group: true });
      await until(async () => (await rowCount()) > 0, running);
      await wait(150);
      const before = await rowCount();
      process.kill(-(running.child.pid as number), 'SIGINT');
      const ended = await running.ended;
      expect(ended, ended.stderr).toMatchObject({ code: 130, signal: null });
      finished = (await rowCount()) - before;
    }
    expect(finished).toBeGreaterThanOrEqual(3);
  });

  test('while it waits to try again: it does not wait on, and no failure is written down', async () => {
    const busy = await startScriptedServer(({ path }) =>
      path.endsWith('/models')
        ? { json: { data: [] } }
        : { json: { error: { message: 'slow down' } }, status: 429, headers: { 'retry-after': '60' } },
    );
    scripted.push(busy);
    const running = started(run(busy.url, ...oneCell));
    let told = '';
    running.child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until(() => told.includes('trying again in'), running);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect([await status(), await rowCount()]).toEqual(['aborted', 0]);
    expect(await started(run(server.url, ...oneCell)).ended).toMatchObject({ code: 0 });
    expect([await status(), await rowCount()]).toEqual(['finished', 1]);
  });

  /** Interrupts a fresh run at `moment`, three times at most: on a busy machine a signal may come when the moment is over. */
  async function interruptAt(
    moment: () => boolean | Promise<boolean>,
    args: readonly string[],
    inTime: (code: number | null) => boolean,
  ): Promise<number | null> {
    for (let tries = 1; ; tries++) {
      await rm(out(), { recursive: true, force: true });
      const running = started(args);
      await until(moment, running);
      running.child.kill('SIGINT');
      const { code } = await running.ended;
      if (inTime(code) || tries === 3) return code;
    }
  }

  test('while the corpus is made ready: nothing is asked', async () => {
    const long = run(server.url, '--lengths', '300k', '--depths', '50', '--trials', '1');
    let before = 0;
    const begun = (): boolean => {
      before = server.requests().length;
      return existsSync(join(out(), 'manifest.json'));
    };
    const code = await interruptAt(begun, long, () => server.requests().length === before);
    expect(code).toBe(130);
    expect([await status(), await rowCount()]).toEqual(['aborted', 0]);
    expect(server.requests().length).toBe(before);
  });

  test('while the report is written: the report is whole and the run done', async () => {
    const done = async (): Promise<boolean> => (await status()) === 'finished';
    expect(await interruptAt(done, run(server.url, ...oneCell), (code) => code === 130)).toBe(130);
    expect((await readdir(out())).sort()).toEqual(['manifest.json', 'report.html', 'results.jsonl']);
    expect(await readFile(join(out(), 'report.html'), 'utf8')).toMatch(/<\/html>\s*$/);
    expect([await status(), await rowCount()]).toEqual(['finished', 1]);
  });
});

describe('twice', () => {
  /** Two wishes, not one that came twice. */
  async function interruptTwice(running: Running): Promise<void> {
    running.child.kill('SIGINT');
    await wait(200);
    expect(running.child.exitCode).toBe(null);
    running.child.kill('SIGINT');
  }

  test('the calls in flight are broken off, the manifest is closed, and the run resumes', async () => {
    let answers = false;
    const hanging = await startScriptedServer(({ path }) => {
      if (path.endsWith('/models')) return { json: { data: [] } };
      return answers ? chatAnswer('4821337', { promptTokens: 472 }) : 'hang';
    });
    scripted.push(hanging);
    const args = run(hanging.url, ...oneCell);
    const running = started(args);
    await until(() => hanging.seen.some(({ method }) => method === 'POST'), running);
    await interruptTwice(running);
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect([await status(), await rowCount()]).toEqual(['aborted', 0]);
    answers = true;
    expect(await started(args).ended).toMatchObject({ code: 0 });
    expect([await status(), await rowCount()]).toEqual(['finished', 1]);
  });

  test('an endpoint that says nothing of itself is not waited for', async () => {
    const silent = await startScriptedServer(() => 'hang');
    scripted.push(silent);
    const running = started(run(silent.url, ...oneCell));
    await until(() => silent.seen.length > 0, running);
    await interruptTwice(running);
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    // The folder is free again, and nothing claims that a run was made.
    expect(await started(run(server.url, ...oneCell)).ended).toMatchObject({ code: 0 });
  });
});

test('a reader that leaves early breaks nothing off: the rows are all there', async () => {
  const running = started(run(server.url, ...twelve));
  await once(running.child.stderr ?? running.child, 'data');
  running.child.stderr?.destroy();
  running.child.stdout?.destroy();
  const [code, signal] = await once(running.child, 'exit');
  expect([code, signal]).toEqual([0, null]);
  expect([await status(), await rowCount()]).toEqual(['finished', 12]);
});
