import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReferenceServer } from '../../src/reference/server.ts';
import { commandLine } from '../cli/in-process.ts';
import { articleRows, presetNamed, runBy, serverOf } from './article-rows.ts';

let dir = '';
let server: ReferenceServer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-article-'));
  // As vLLM serves them when nobody tells it more: with the window of the config file.
  server = await serverOf(articleRows, 'vllm', ({ windows }) => windows.config ?? windows.documented);
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});
const line = (argv: readonly string[]) => commandLine(argv, { cwd: dir, cacheDir: join(dir, 'cache') });

test('the loop below has the eleven models of the article', () => {
  expect(articleRows).toHaveLength(11);
});

test.each(articleRows)('%s is planned by its name, offline', async (name) => {
  const row = presetNamed(name);
  const url = 'http://127.0.0.1:9/v1';
  const argv = ['plan', '--preset', name, '--base-url', url, '--tokenizer', 'o200k_base', '--json'];
  const { code, stdout } = await line(argv);
  expect(code).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan.config.models[0]).toMatchObject({
    preset: name,
    model: row.id,
    windows: {
      claimed: row.windows.documented,
      config: row.windows.config,
      documented: row.windows.documented,
    },
    templateOverhead: row.templateOverhead,
  });
  expect(plan.grids[0].contextLengths.at(-1)).toBeGreaterThan(row.windows.documented / 1.2);
  expect(plan.total.cells).toBe(plan.grids[0].contextLengths.length * 33);
});

// A row of each family; every row runs on each of its servers in article-models.long.test.ts.
test.each(['llama-3-8b', 'glm-4-9b-chat-1m', 'qwen2-72b', 'deepseek-v2'])(
  '%s runs by its name against its server, counted to the token',
  async (name) => {
    const row = presetNamed(name);
    const flags = { preset: name, baseUrl: server.url, lengths: '1k', depths: '0,60', trials: '1' };
    const { manifest, results, events } = await runBy(flags, join(dir, name));
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'tokenizer',
        message: `${row.id}: its own server counts the tokens: exact`,
      }),
    );
    expect(manifest.models[0]).toMatchObject({
      name,
      model: row.id,
      templateOverhead: row.templateOverhead,
      // Three numbers that nothing may mix up, and that no maker's model was asked.
      windows: {
        config: row.windows.config,
        documented: row.windows.documented,
        served: row.windows.config,
      },
      simulated: true,
      // Under Llama 3's chart: that the 128K of the article are not its own.
      note: row.note,
    });
    expect(results).toHaveLength(2);
    for (const { score, completion, sample } of results) {
      expect(score?.value).toBe(1);
      expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
      expect(completion?.servedModel).toBe('known-answer/perfect-1m');
    }
  },
);
