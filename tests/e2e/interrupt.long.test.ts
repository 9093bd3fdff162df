import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startScriptedServer } from '../run/scripted-server.ts';
import { expectKindEnd, interrupting, interruptTwice, oneCell, run, twelve, until } from './interrupting.ts';

// Two of these moments stand in interrupt.test.ts.

const runs = interrupting();
const { server, closeAfter, started, out, rowCount, status } = runs;

describe('once', () => {
  test.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s: the calls in flight finish and are recorded, the rest is asked next time',
    (signal) => expectKindEnd(runs, signal),
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
    closeAfter(busy);
    const running = started(run(busy.url, ...oneCell));
    let told = '';
    running.child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    await until(() => told.includes('trying again in'), running);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect([await status(), await rowCount()]).toEqual(['aborted', 0]);
    expect(await started(run(server().url, ...oneCell)).ended).toMatchObject({ code: 0 });
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
    const long = run(server().url, '--lengths', '300k', '--depths', '50', '--trials', '1');
    let before = 0;
    const begun = (): boolean => {
      before = server().requests().length;
      return existsSync(join(out(), 'manifest.json'));
    };
    const code = await interruptAt(begun, long, () => server().requests().length === before);
    expect(code).toBe(130);
    expect([await status(), await rowCount()]).toEqual(['aborted', 0]);
    expect(server().requests().length).toBe(before);
  });

  test('while the report is written: the report is whole and the run done', async () => {
    const done = async (): Promise<boolean> => (await status()) === 'finished';
    expect(await interruptAt(done, run(server().url, ...oneCell), (code) => code === 130)).toBe(130);
    expect((await readdir(out())).sort()).toEqual(['manifest.json', 'report.html', 'results.jsonl']);
    expect(await readFile(join(out(), 'report.html'), 'utf8')).toMatch(/<\/html>\s*$/);
    expect([await status(), await rowCount()]).toEqual(['finished', 1]);
  });
});

describe('twice', () => {
  test('an endpoint that says nothing of itself is not waited for', async () => {
    const silent = await startScriptedServer(() => 'hang');
    closeAfter(silent);
    const running = started(run(silent.url, ...oneCell));
    await until(() => silent.seen.length > 0, running);
    await interruptTwice(running);
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    // The folder is free again, and nothing claims that a run was made.
    expect(await started(run(server().url, ...oneCell)).ended).toMatchObject({ code: 0 });
  });
});

test('a reader that leaves early breaks nothing off: the rows are all there', async () => {
  const running = started(run(server().url, ...twelve));
  await once(running.child.stderr ?? running.child, 'data');
  running.child.stderr?.destroy();
  running.child.stdout?.destroy();
  const [code, signal] = await once(running.child, 'exit');
  expect([code, signal]).toEqual([0, null]);
  expect([await status(), await rowCount()]).toEqual(['finished', 12]);
});
