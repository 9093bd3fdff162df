import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { runProgram } from '../../src/cli/run-program.ts';
import { importFormats } from '../../src/interop/importers.ts';
import { fakeTerminal } from './fake-terminal.ts';

const published = join(import.meta.dirname, '..', 'golden', 'published');
let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-cli-import-'));
});
afterEach(() => rm(cwd, { recursive: true }));

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

async function needlescope(argv: readonly string[], env: CliContext['env'] = {}): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (into: string[]) => ({
    write: (text: string) => void into.push(text),
    isTTY: false,
    columns: 80,
  });
  const context = { ...fakeTerminal().context, argv, env, cwd, stdout: sink(out), stderr: sink(err) };
  const exit = await runProgram(context);
  return { exit, out: out.join(''), err: err.join('') };
}

const arrays = ['OpenAI_OriginalResults.json', 'OpenAI_OriginalResults_2.json'].map((name) =>
  join(published, name),
);

test('the folder to stdout, what came to stderr; then it is a run like any other', async () => {
  const done = await needlescope(['import', ...arrays, '-o', 'gpt4']);
  expect(done).toMatchObject({ exit: 0, out: 'gpt4\n' });
  expect(done.err).toMatch(/^kamradt-array: 330 rows of GPT-4-1106-preview, from gkamradt/);
  const shown = await needlescope(['report', 'gpt4', '--format', 'terminal,csv,json,md,svg'], {
    COLUMNS: '50',
  });
  expect(shown.exit).toBe(0);
  expect(shown.out).toContain('IMPORTED · GPT-4-1106-preview');
  expect(shown.out).toContain('tenths of full marks');
  expect((await readdir(join(cwd, 'gpt4'))).sort()).toEqual([
    'manifest.json',
    'report.csv',
    'report.json',
    'report.md',
    'report.svg',
    'results.jsonl',
  ]);
  const again = await needlescope(['import', 'gpt4/report.csv', '-o', 'again', '--json']);
  expect(JSON.parse(again.out)).toMatchObject({ format: 'tidy-csv', rows: 330, scored: 330, failed: 0 });
});

test('a damaged file among good ones: exit 3, its name, and no folder', async () => {
  await writeFile(join(cwd, 'OpenAI_OriginalResults_2.json'), '[{"token_limit": 1, "depth_percent": 2}]');
  const ended = await needlescope(['import', arrays[0] ?? '', 'OpenAI_OriginalResults_2.json', '-o', 'gpt4']);
  expect(ended).toMatchObject({ exit: 3, out: '' });
  expect(ended.err).toContain('OpenAI_OriginalResults_2.json:1: score: ');
  expect(await readdir(cwd)).toEqual(['OpenAI_OriginalResults_2.json']);
});

test('an unknown format and a missing -o are usage', async () => {
  const ended = await needlescope(['import', arrays[0] ?? '', '-o', 'x', '--from', 'kamradt-arrays']);
  expect(ended.exit).toBe(2);
  expect(ended.err).toContain('--from kamradt-array');
  expect((await needlescope(['import', arrays[0] ?? ''])).exit).toBe(2);
});

test('docs/import.md names every format', async () => {
  const docs = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'import.md'), 'utf8');
  expect(importFormats.length).toBe(8);
  for (const format of importFormats) expect(docs).toContain(`| \`${format}\` |`);
});
