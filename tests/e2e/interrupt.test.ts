import { expect, test } from 'vitest';
import { chatAnswer, startScriptedServer } from '../run/scripted-server.ts';
import { expectKindEnd, interrupting, interruptTwice, oneCell, run, until } from './interrupting.ts';

// Every other moment at which a run may be interrupted stands in interrupt.long.test.ts.

const runs = interrupting();
const { closeAfter, started, rowCount, status } = runs;

test('once: the calls in flight finish and are recorded, the rest is asked next time', () =>
  expectKindEnd(runs, 'SIGINT'));

test('twice: the calls in flight are broken off, the manifest is closed, and the run resumes', async () => {
  let answers = false;
  const hanging = await startScriptedServer(({ path }) => {
    if (path.endsWith('/models')) return { json: { data: [] } };
    if (!path.endsWith('/chat/completions')) return { json: {}, status: 404 };
    return answers ? chatAnswer('4821337', { promptTokens: 472 }) : 'hang';
  });
  closeAfter(hanging);
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
