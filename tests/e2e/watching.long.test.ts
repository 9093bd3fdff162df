import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import type { RunEvent, RunSummary } from '../../src/run/job.ts';
import { command, rowsOf, temporaryFolder } from './command.ts';

let server: ReferenceServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  server = await startReferenceServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const grid = ['--tokenizer', 'o200k_base', '--lengths', '600,900', '--depths', '0,100', '--trials', '2'];
const run = (...more: string[]) =>
  command(
    ['run', '--base-url', server.url, '--model', 'known-answer/perfect', ...grid, '--out', 'out', ...more],
    { cwd: folder.dir },
  );

test('--verbose tells each request and --events each event; neither shows a prompt, and data goes to stdout only', async () => {
  const before = server.requests().length;
  const ended = await run('--verbose', '--events', 'logs/events.jsonl', '--json');
  expect(ended).toMatchObject({ code: 0 });
  const asked = server.requests().length - before;
  expect(asked).toBe(8);
  const lines = ended.stderr.split('\n');
  expect(lines.filter((line) => / attempt 1 sent, \d+ prompt tokens planned$/.test(line))).toHaveLength(
    asked,
  );
  expect(lines.filter((line) => / attempt 1 answered, finish reason stop, /.test(line))).toHaveLength(asked);
  expect(lines.filter((line) => /^\[\d\/8\] /.test(line))).toHaveLength(asked);
  const rows = await rowsOf(join(folder.dir, 'out'));
  for (const { sample, completion } of rows) {
    expect(ended.stderr).not.toContain(sample.target[0]);
    expect(ended.stderr).not.toContain(sample.question);
    expect(ended.stderr).not.toContain(completion?.text);
  }
  const events = (await readFile(join(folder.dir, 'logs/events.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent & { readonly at: string; readonly ms: number });
  const results = events.flatMap((event): Result[] => (event.type === 'result' ? [event.result] : []));
  expect(results).toEqual(rows);
  expect(events.filter(({ type }) => type === 'request')).toHaveLength(asked);
  expect(events.at(-1)?.type).toBe('finished');
  expect(events.map(({ ms }) => ms)).toEqual(events.map(({ ms }) => ms).sort((a, b) => a - b));
  const summary = JSON.parse(ended.stdout) as RunSummary;
  expect(summary.actual).toMatchObject({ cells: 8, requests: 8, failedAttempts: 0 });
  expect(summary.estimate).toMatchObject({ cells: 8, ms: null, costs: [] });
  expect(summary.actual.promptTokens).toBe(summary.estimate.promptTokens);
});

test('events that cannot be written end the run before its first call', async () => {
  await mkdir(join(folder.dir, 'taken'));
  const before = server.requests().length;
  const ended = await run('--events', 'taken');
  expect(ended.code).toBe(3);
  expect(ended.stderr).toMatch(/^error: --events: expected a file to append to, got .*taken/m);
  const own = await run('--events', 'out/results.jsonl');
  expect(own.code).toBe(2);
  expect(own.stderr).toMatch(/--events: expected a file of its own/);
  expect(server.requests()).toHaveLength(before);
});

test('--quiet prints the summary only', async () => {
  const ended = await run('--quiet');
  expect(ended.code).toBe(0);
  expect(ended.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^8 cells: 8 scored · /),
    expect.stringMatching(/^against the estimate: /),
  ]);
});

const config = (cost: number): string => `
version: 1
models:
  - {name: dear, model: known-answer/perfect, baseUrl: "${server.url}", tokenizer: o200k_base, maxTokens: 100,
     price: {input: 1000, cachedInput: 100, output: 0}}
contextLengths: [600, 1600]
depths: [0, 25, 50, 75, 100]
trials: 1
haystacks: shared
order: cache
execution: {concurrency: 1}
budget: {cost: ${cost}}
output: out
`;

test('a budget ends the run with exit 6, holds for the whole run, and is told by plan and run', async () => {
  const path = join(folder.dir, 'dear.yaml');
  const withBudget = async (cost: number, verb: string, ...flags: string[]) => {
    await writeFile(path, config(cost));
    return command([verb, path, ...flags], { cwd: folder.dir });
  };
  const planned = await withBudget(2.2, 'plan');
  // Five prompts of 500 and five of 1,500 tokens at $1 a thousand; a cache serves three tenths of them at a tenth.
  expect(planned.stdout).toContain(
    'cost: at most $10.00, likely about $7.30 (30 % of the prompts cached)\ntime: unknown until the first answers\n',
  );
  const before = server.requests().length;
  const first = await withBudget(2.2, 'run');
  expect(first.code).toBe(6);
  expect(first.stderr).toContain('budget: $2.20 for the whole run; it may end the run');
  expect(first.stderr).toMatch(/the next call could exceed the budget of \$2\.2/);
  expect(first.stderr).toMatch(/6 not asked.*raise the budget and run the same command again to resume/);
  expect(server.requests().length - before).toBe(4);

  const second = await withBudget(2.2, 'run');
  expect(second.code).toBe(6);
  expect(second.stderr).toMatch(/\$\d\.\d+ used by earlier commands/);
  expect(server.requests().length - before).toBe(4);

  const left = JSON.parse((await withBudget(20, 'plan', '--json')).stdout) as {
    readonly total: { readonly cells: number };
    readonly left: { readonly cells: number; readonly ms: number | null };
  };
  expect(left).toMatchObject({ total: { cells: 10 }, left: { cells: 6 } });
  expect(left.left.ms).toBeGreaterThan(0);
  expect((await withBudget(20, 'plan')).stdout).toMatch(/\nleft: 6 cells, .*\ncost: .*\ntime: about /);

  const third = await withBudget(20, 'run');
  expect(third.code).toBe(0);
  expect(third.stderr).toMatch(/^time: about .*, as fast as the calls before$/m);
  expect(await rowsOf(join(folder.dir, 'out'))).toHaveLength(10);
  expect(server.requests().length - before).toBe(10);
});
