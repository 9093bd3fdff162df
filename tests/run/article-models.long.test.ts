import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProvider } from '../../src/models/providers.ts';
import { type DressName, dresses } from '../../src/reference/dresses.ts';
import { articleRows, presetNamed, runBy, serverOf } from './article-rows.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-article-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Servers that anybody can put any open model on, and those that have an id of their own for the preset. */
function serversOf(name: string): readonly DressName[] {
  const named = Object.keys(presetNamed(name).ids).filter((id): id is DressName => id in dresses);
  return [...new Set<DressName>(['vllm', 'sglang', 'llama-cpp', 'lm-studio', ...named])];
}

describe.each(articleRows)('%s', (name) => {
  const row = presetNamed(name);

  test('is asked up to its documented window, counted to the token', async () => {
    const window = row.windows.documented;
    const server = await serverOf([name], 'vllm');
    try {
      const flags = {
        preset: name,
        baseUrl: server.url,
        lengths: `1k,${window}`,
        depths: '0,45,100',
        trials: '1',
      };
      const { results, manifest } = await runBy(flags, join(dir, `${name}-window`));
      expect(results).toHaveLength(6);
      expect(manifest.models[0]?.windows.served).toBe(window);
      for (const { outcome, score, completion, sample, cell } of results) {
        expect(outcome).toBe('scored');
        expect(score?.value).toBe(1);
        expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
        expect(sample.promptTokens + 128).toBeLessThanOrEqual(cell.contextLength);
        expect(sample.promptTokens + 128).toBeGreaterThan(cell.contextLength - 60);
      }
    } finally {
      await server.close();
    }
  });

  test.each(serversOf(name))('on %s, which serves less than is asked', async (dress) => {
    const window = 3_000;
    const server = await serverOf([name], dress, () => window);
    try {
      const counts = findProvider(dress)?.counting !== 'usage';
      const flags = {
        preset: name,
        provider: dress,
        baseUrl: server.url,
        lengths: '2k,6k',
        depths: '0,100',
        trials: '1',
        // Where the server does not count, the tokenizer that it has is named.
        ...(counts ? {} : { tokenizer: 'o200k_base' }),
      };
      const { results, manifest } = await runBy(flags, join(dir, `${name}-${dress}`));
      const [model] = manifest.models;
      expect(model).toMatchObject({ model: row.ids[dress] ?? row.id, simulated: true });
      expect(model?.templateOverhead).toBe(row.templateOverhead);
      expect(results).toHaveLength(4);
      for (const { cell, outcome, reason, score, completion, sample } of results) {
        if (cell.contextLength === 2_000) {
          expect(score?.value).toBe(1);
          expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
        } else {
          const halves = dresses[dress].overLength === 'halve';
          expect([outcome, reason]).toEqual(['unscored', halves ? 'truncated' : 'overflow']);
        }
      }
      const tells = !['ollama', 'lm-studio', 'zhipu'].includes(dress);
      expect(model?.windows.served).toBe(tells ? window : null);
    } finally {
      await server.close();
    }
  });
});

test("the last column of GLM-4-9B-Chat-1M's own chart, 1,024,000 tokens", async () => {
  const name = 'glm-4-9b-chat-1m';
  const grid = presetNamed(name).publishedGrid;
  expect(grid?.contextLengths.at(-1)).toBe(1_024_000);
  const server = await serverOf([name], 'vllm');
  try {
    const flags = {
      preset: name,
      baseUrl: server.url,
      lengths: '8000,1024000',
      depths: '0,45,100',
      trials: '1',
    };
    const { results } = await runBy(flags, join(dir, 'million'));
    expect(results).toHaveLength(6);
    for (const { score, completion, sample } of results) {
      expect(score?.value).toBe(1);
      expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
    }
    expect(Math.max(...results.map(({ sample }) => sample.promptTokens))).toBeGreaterThan(1_023_800);
  } finally {
    await server.close();
  }
});
