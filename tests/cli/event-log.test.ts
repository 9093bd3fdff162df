import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEventLog } from '../../src/cli/event-log.ts';
import { eventTypes } from '../../src/cli/verbose.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-events-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let wall = Date.parse('2026-03-01T12:00:00.000Z');
let clock = 5_000;
const context = {
  now: () => wall,
  monotonicMs: () => clock,
  env: { MY_API_KEY: 'sk-planted-0123456789' },
};
const noTrouble = (message: string): void => {
  throw new Error(message);
};
const linesOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const warning = (message: string) => ({ type: 'warning', message }) as const;

test('a line an event, in order, with a date and a time that never goes back, in a folder that is made', async () => {
  const path = join(dir, 'new', 'deep', 'events.jsonl');
  const log = await openEventLog(path, context, noTrouble);
  log.write(warning('one'));
  clock += 40.4;
  wall -= 3_600_000;
  for (let i = 0; i < 200; i++) log.write(warning(`then ${i}`));
  await log.close();
  const lines = await linesOf(path);
  expect(lines).toHaveLength(201);
  expect(lines[0]).toEqual({ at: '2026-03-01T12:00:00.000Z', ms: 0, type: 'warning', message: 'one' });
  expect(lines[1]).toMatchObject({ at: '2026-03-01T11:00:00.000Z', ms: 40 });
  expect(lines.slice(1).map(({ message }) => message)).toEqual(
    Array.from({ length: 200 }, (_, i) => `then ${i}`),
  );
});

test('lines can be read while the run goes on', async () => {
  const path = join(dir, 'live.jsonl');
  const log = await openEventLog(path, context, noTrouble);
  log.write(warning('seen'));
  while ((await readFile(path, 'utf8')) === '') await new Promise((done) => setTimeout(done, 5));
  expect(await linesOf(path)).toHaveLength(1);
  await log.close();
});

test('an existing file is appended to, after a line that a kill tore', async () => {
  const path = join(dir, 'torn.jsonl');
  await writeFile(path, '{"type":"warning"}\n{"type":"to');
  const log = await openEventLog(path, context, noTrouble);
  log.write(warning('next'));
  await log.close();
  const lines = (await readFile(path, 'utf8')).split('\n');
  expect(lines.slice(0, 2)).toEqual(['{"type":"warning"}', '{"type":"to']);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ message: 'next' });
});

test('a key of the environment and the password of an address are in no line', async () => {
  const path = join(dir, 'secret.jsonl');
  const log = await openEventLog(path, context, noTrouble);
  log.write(warning('Bearer sk-planted-0123456789 at https://ada:secret-word@host/v1'));
  await log.close();
  const text = await readFile(path, 'utf8');
  expect(text).toContain('Bearer [redacted] at https://[redacted]@host');
  expect(text).not.toMatch(/sk-planted|secret-word/);
});

test('what cannot be written is told before anything else: exit 3 and the flag', async () => {
  const folder = join(dir, 'folder');
  await mkdir(folder);
  await writeFile(join(dir, 'file'), '');
  for (const path of [folder, join(dir, 'file', 'events.jsonl'), '/proc/no/events.jsonl']) {
    const opened = openEventLog(path, context, noTrouble);
    await expect(opened, path).rejects.toMatchObject({ code: 'output_unusable', exitCode: 3 });
    await expect(opened, path).rejects.toThrow(/^--events: expected a file/);
  }
});

test.runIf(process.platform === 'linux')(
  'a disk that fills up ends the log with one word, not the run',
  async () => {
    const troubles: string[] = [];
    const log = await openEventLog('/dev/full', context, (message) => troubles.push(message));
    log.write(warning('one'));
    while (troubles.length === 0) await new Promise((done) => setTimeout(done, 5));
    log.write(warning('two'));
    await log.close();
    expect(troubles).toEqual(['/dev/full takes no more events (ENOSPC); the run goes on without them']);
  },
);

test('the documentation shows every type of event, and no other', async () => {
  const page = await readFile(resolve(import.meta.dirname, '../../docs/events.md'), 'utf8');
  const examples = [...page.matchAll(/^\{"at":.*\}$/gm)].map(([line]) => {
    const whole = line.replaceAll('{…}', '{}');
    return JSON.parse(whole) as { readonly at: string; readonly ms: number; readonly type: string };
  });
  expect(eventTypes.length).toBeGreaterThanOrEqual(15);
  expect([...new Set(examples.map(({ type }) => type))].sort()).toEqual([...eventTypes].sort());
  for (const { at, ms } of examples) expect(Date.parse(at)).toBe(Date.parse('2026-03-01T12:00:00Z') + ms);
});
