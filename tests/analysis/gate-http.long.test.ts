import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { runCli } from '../../src/cli/cli.ts';
import { type ReferenceServer, startReferenceServer } from '../../src/reference/server.ts';
import { readRun } from '../../src/results/read-run.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { fakeTerminal } from '../cli/fake-terminal.ts';
import { startNoisyEndpoint } from './noisy-endpoint.ts';

const pairs = 5;
const contextLengths = [500, 600, 700, 800, 900, 1_000, 1_100, 1_200];
const lost = 1_100;

let cwd: string;
let reference: ReferenceServer;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'needlescope-gate-'));
  reference = await startReferenceServer({ port: 0 });
});

afterAll(async () => {
  await reference.close();
  await rm(cwd, { recursive: true, force: true });
});

/** A whole run, 8 lengths × 11 depths × 20 trials, against the known-answer endpoint behind noise. */
async function ask(name: string, options: { seed: number; salt: string; drop: number }): Promise<RunData> {
  const endpoint = await startNoisyEndpoint(reference.url, {
    base: 0.95,
    flips: 0.05,
    salt: options.salt,
    // Prompt and answer together are the length, so that the nearest length is 128 tokens up.
    drop: (promptTokens) => (Math.abs(promptTokens + 128 - lost) < 50 ? options.drop : 0),
  });
  const config = join(cwd, `${name}.yaml`);
  await writeFile(
    config,
    `version: 1\nmodels:\n  - model: known-answer/perfect\n    baseUrl: ${endpoint.url}\nexecution: {stream: false}\n`,
  );
  const depths = Array.from({ length: 11 }, (_, index) => index * 10).join(',');
  const { context, written } = fakeTerminal();
  const code = await runCli({
    ...context,
    now: Date.now,
    cwd,
    cacheDir: join(cwd, '.cache'),
    stdout: { write: () => {}, isTTY: false, columns: 80 },
    argv: [
      ...['run', config, '--tokenizer', 'o200k_base'],
      ...['--lengths', contextLengths.join(','), '--depths', depths, '--trials', '20', '--concurrency', '8'],
      ...['--seed', String(options.seed), '--out', name, '--quiet', '--json'],
    ],
  });
  await endpoint.close();
  expect([code, written.join('')]).toEqual([0, expect.anything()]);
  return readRun(join(cwd, name));
}

test('through HTTP: the same model twice raises no alarm, 15 points lost at one length are found in each of five pairs', async () => {
  for (let seed = 1; seed <= pairs; seed++) {
    const base = await ask(`base-${seed}`, { seed, salt: `a${seed}`, drop: 0 });
    const worse = await ask(`worse-${seed}`, { seed, salt: `b${seed}`, drop: 0.15 });
    const { verdict, strata } = compareRuns(base, worse);
    const found = strata.find(({ contextLength }) => contextLength === lost);
    console.log(
      `pair ${seed}: ${found?.losses} lost, ${found?.gains} won, p = ${found?.pAdjusted}, ${verdict}`,
    );
    expect(found).toMatchObject({ pairs: 220, verdict: 'regression' });
    if (seed > 1) continue;
    const same = await ask('same', { seed, salt: 'c', drop: 0 });
    expect(compareRuns(base, same).verdict).not.toBe('regression');
  }
});
