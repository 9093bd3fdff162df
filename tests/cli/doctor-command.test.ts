import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { captured } from './captured.ts';

let server: ReferenceServer;
let cwd = '';
beforeAll(async () => {
  server = await startReferenceServer();
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-doctor-'));
});
afterAll(async () => {
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

// The contract gives doctor 30 seconds to name a silent cut.
test('a cut is named with its fix, as a table and as JSON', { timeout: 30_000 }, async () => {
  const args = ['doctor', '--base-url', server.url, '--model', 'known-answer/halves', '--lengths', '1k,9k'];
  const { code, stdout, stderr } = await captured(args, { cwd });
  expect(code, stderr).toBe(5);
  expect(stdout).toMatch(
    /truncation +PROBLEM +prompts are cut in silence: of 8872 tokens the server read 4098/,
  );
  expect(stdout).toMatch(/→ .*OLLAMA_CONTEXT_LENGTH=9000 .*--lengths up to 8192/);
  expect(stdout).toContain('1 problem, ');
  const json = await captured([...args, '--json', '--quiet'], { cwd });
  expect([json.code, json.stderr]).toEqual([5, '']);
  const { models, disk, exit } = JSON.parse(json.stdout);
  expect(exit).toBe(5);
  expect(disk).toMatchObject({ check: 'disk', severity: 'ok' });
  expect(models[0].findings.map(({ check }: { check: string }) => check)).toEqual(
    'reach key model window tokenizer template usage streaming ttft thinking truncation cache clock'.split(
      ' ',
    ),
  );
  expect(models[0].windows).toEqual({ claimed: 131_072, served: 131_072 });
});

test.each([
  [['--model', 'm'], 'expected the address of an endpoint'],
  [['--base-url', 'http://127.0.0.1:9/v1', '--model', 'm', '--timeout', 'soon'], '--timeout'],
])('doctor %j is a mistake of usage', async (args, words) => {
  const { code, stderr } = await captured(['doctor', ...args], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});
