import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chatAnswer, startScriptedServer } from '../run/scripted-server.ts';
import { command, manifestIn, rowsOf, start, temporaryFolder } from './command.ts';
import { killAndResume } from './kill-and-resume.ts';

// A sample of the kill matrix, which `npm run test:long` does.
test('kill -9 while it asks, right after a row, while the manifest is written: resumed, nothing is lost or asked twice', async () => {
  const killed = await killAndResume({
    lengths: '600,800',
    depths: '0,25,50,75,100',
    trials: 4,
    cells: 40,
    latencyMs: 80,
    moments: [{ kind: 'call', ms: 150 }, { kind: 'row', rows: 5 }, { kind: 'manifest' }],
  });
  expect(killed.kills).toBe(3);
  expect(killed.withRows).toBeGreaterThan(0);
});

test('two runs on one folder: the second refuses at once and asks nothing; the first is not disturbed', async () => {
  const folder = await temporaryFolder();
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  let calls = 0;
  // The first call is answered; the others wait until the second run is over.
  const server = await startScriptedServer(async ({ path }) => {
    if (path.endsWith('/models')) return { json: { data: [] } };
    if (!path.endsWith('/chat/completions')) return { json: {}, status: 404 };
    if (calls++ > 0) await gate;
    return chatAnswer('4821337', { promptTokens: 472 });
  });
  try {
    const grid = ['--lengths', '600', '--depths', '0,50,100', '--trials', '2', '--tokenizer', 'o200k_base'];
    const args = [
      'run',
      '--base-url',
      server.url,
      '--model',
      'm',
      '--concurrency',
      '2',
      '--out',
      'out',
      ...grid,
    ];
    const dir = join(folder.dir, 'out');
    const first = start(args, { cwd: folder.dir });
    while ((await rowsOf(dir).catch(() => [])).length === 0) {
      if (first.child.exitCode !== null) throw new Error((await first.ended).stderr);
      await wait(5);
    }
    const second = await command(args, { cwd: folder.dir });
    expect(second).toMatchObject({ code: 3, signal: null, stdout: '' });
    expect(second.stderr).toContain(`process ${first.child.pid} on `);
    expect(second.stderr).toMatch(/^fix: .*--out/m);
    expect(first.child.exitCode).toBe(null);
    open();
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await rowsOf(dir)).toHaveLength(6);
    expect(await manifestIn(dir)).toMatchObject({ status: 'finished' });
    expect(calls).toBe(6);
  } finally {
    open();
    await server.close();
    await folder.remove();
  }
});
