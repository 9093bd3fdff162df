import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { sha256 } from '../../src/core/hash.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { rebuildPrompt } from '../../src/run/rebuild-prompt.ts';
import { runNeedles } from '../../src/run/run.ts';

let server: ReferenceServer;
let dir = '';
beforeAll(async () => {
  server = await startReferenceServer();
  dir = await mkdtemp(join(tmpdir(), 'needlescope-completions-'));
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const ownNeedle = `
  - name: niah_single
    id: own
    needle: The captain hides the spare key in the green teapot.
    question: Where does the captain hide the spare key?
    answers: [green teapot]`;

/** Runs a base model of the known-answer endpoint; `more` stands in its entry. */
async function runBase(name: string, more: string, rest: string): Promise<RunData> {
  const text = `
version: 1
models: [{model: known-answer/${name}, baseUrl: "${server.url}", api: completions${more}}]
depths: [0, 50, 100]
trials: 1
${rest}
`;
  const path = join(dir, 'base.yaml');
  const resolution = resolveConfig({ file: parseConfig(text, { path, dir }), flags: {}, env: {} });
  const out = await mkdtemp(join(dir, 'run-'));
  await runNeedles({
    resolution,
    connections: new Map(
      [...resolution.connections].map(([id, each]) => [id, { ...each, baseUrl: server.url }]),
    ),
    dir: out,
    baseDir: dir,
    toolVersion: '0.0.0',
    onEvent: () => undefined,
    stop: new AbortController().signal,
    abort: new AbortController().signal,
  });
  return readRun(out);
}

describe('a base model', () => {
  test.each([
    ['counted here', 'perfect', '', 'corpus: prose-en'],
    ['counted by its server, in Chinese', 'perfect', ', tokenizer: server', 'corpus: prose-zh'],
    ['calibrated', 'perfect', ', tokenizer: calibrated', 'corpus: prose-en'],
  ])('%s completes its stems', async (how, name, more, corpus) => {
    const rest = `${corpus}\ncontextLengths: [600, 1500]\n${corpus.includes('en') ? `tasks:\n  - name: niah_single${ownNeedle}` : ''}`;
    const { results, manifest } = await runBase(name, more, rest);
    expect(results.length).toBeGreaterThan(5);
    for (const { outcome, score, sample, completion, cell } of results) {
      expect([outcome, score?.value], completion?.text).toEqual(['scored', 1]);
      const counted = completion?.usage.promptTokens ?? 0;
      if (how === 'calibrated') expect(counted + 128).toBeLessThanOrEqual(cell.contextLength);
      else expect(counted).toBe(sample.promptTokens);
    }
    expect(manifest.models[0]?.templateOverhead).toBe(0);
    // The prompt goes out as a text: what the server hashed is what the row holds.
    const sent = server.requests().map(({ promptSha256 }) => promptSha256);
    for (const { sample } of results) expect(sent).toContain(sample.promptSha256);
    if (how === 'counted here') {
      const row = results.at(-1);
      if (row === undefined) throw new Error('no row');
      const built = await rebuildPrompt({ manifest, row, baseDir: dir, baseUrl: null });
      expect(sha256(String(built.text))).toBe(row.sample.promptSha256);
    }
  });

  test('is cut, refused and misread like a chat model', async () => {
    const reasons = async (name: string, rest = 'contextLengths: [12000]'): Promise<unknown[]> =>
      (await runBase(name, '', rest)).results.map(({ reason, score }) => reason ?? score?.value);
    expect(await reasons('window-8k')).toEqual(['overflow', 'overflow', 'overflow']);
    expect(await reasons('truncates-8k')).toEqual(['truncated', 'truncated', 'truncated']);
    expect((await reasons('lost-in-the-middle', 'contextLengths: [6000]')).toSorted()).toEqual([0, 1, 1]);
  });
});
