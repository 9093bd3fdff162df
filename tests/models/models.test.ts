import { expect, test } from 'vitest';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { isSimulated, knownAnswerModels } from '../../src/models/known-answer.ts';
import { models } from '../../src/models/model-table.ts';
import { presetSchema } from '../../src/models/preset.ts';
import { describeModel, findPreset, presetNames } from '../../src/models/presets.ts';
import { findProvider, providers } from '../../src/models/providers.ts';
import { tokenizerFamilies } from '../../src/models/tokenizer-families.ts';
import { profiles } from '../../src/reference/profiles.ts';

test('every row of both tables is complete plain data', () => {
  const names = presetNames();
  expect(names.length).toBe(Object.keys(models).length + Object.keys(knownAnswerModels).length);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const { preset, tokenizerPlaces, ...row } = describeModel(name);
    expect(presetSchema.parse(row), name).toEqual(JSON.parse(JSON.stringify(row)));
    expect(preset).toBe(name);
    expect(tokenizerPlaces).toBe(tokenizerFamilies[row.tokenizerFamily]);
  }
});

test('the eleven models of the article are there under their names', () => {
  const article = Object.entries(models).filter(([, row]) => row.articleClaim !== null);
  expect(article.map(([name]) => name)).toEqual([
    'llama-3-8b',
    'llama-3-70b',
    'glm-4-9b-chat',
    'glm-4-9b-chat-1m',
    'qwen2-0.5b',
    'qwen2-1.5b',
    'qwen2-7b',
    'qwen2-57b-a14b',
    'qwen2-72b',
    'deepseek-v2-lite',
    'deepseek-v2',
  ]);
});

test('the article says 128K of Llama 3; its config and documentation say 8192', () => {
  for (const name of ['llama-3-8b', 'llama-3-70b'] as const) {
    expect(models[name].windows).toEqual({ config: 8192, documented: 8192, served: null });
    expect(models[name].articleClaim).toBe(128_000);
    // What the reader of a report sees under the chart.
    expect(models[name].note?.en).toMatch(/128K.*8,192/);
    expect(models[name].note?.zh).toMatch(/128K.*8,192/);
  }
  for (const name of ['llama-3.1-8b', 'llama-3.1-70b'] as const) {
    expect(models[name].windows.documented).toBe(131_072);
    expect(models[name].articleClaim).toBeNull();
  }
});

test('published grids have twelve lengths and twelve depths, and end where the charts end', () => {
  for (const [name, last] of [
    ['glm-4-9b-chat-1m', 1_024_000],
    ['deepseek-v2', 128_000],
  ] as const) {
    const grid = models[name].publishedGrid;
    expect(grid?.contextLengths.length).toBe(12);
    expect(grid?.depthPercents.length).toBe(12);
    expect(grid?.contextLengths.at(-1)).toBe(last);
    expect(last).toBeLessThanOrEqual(models[name].windows.documented);
  }
});

test('simulated rows are those of the known-answer endpoint, and carry no maker', () => {
  expect(Object.keys(knownAnswerModels).sort()).toEqual(
    Object.keys(profiles)
      .map((profile) => `known-answer/${profile}`)
      .sort(),
  );
  for (const name of presetNames()) {
    const row = describeModel(name);
    expect(row.simulated).toBe(isSimulated(name));
    expect(isSimulated(row.id)).toBe(row.simulated);
    expect(row.maker === null).toBe(row.simulated);
    if (row.simulated) expect(row.note).not.toBeNull();
  }
});

test('a simulated row says the window that the endpoint tells', () => {
  for (const [profile, { window }] of Object.entries(profiles)) {
    expect(findPreset(`known-answer/${profile}`)?.windows.config, profile).toBe(window);
  }
});

test('only ids that begin with known-answer/ are simulated', () => {
  expect(isSimulated('known-answer/anything')).toBe(true);
  expect(isSimulated('my/known-answer/perfect')).toBe(false);
  expect(isSimulated('known-answers')).toBe(false);
});

test('an unknown preset is refused with the nearest name', () => {
  expect(findPreset('constructor')).toBeUndefined();
  try {
    describeModel('qwen2-7B-');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(NeedlescopeError);
    expect(error).toMatchObject({ code: 'unknown_name', hint: 'did you mean qwen2-7b?' });
  }
});

test('every provider has an address that can be called', () => {
  expect(Object.keys(providers).length).toBeGreaterThan(10);
  for (const [name, row] of Object.entries(providers)) {
    const { protocol, hostname } = new URL(row.baseUrl);
    expect(protocol, name).toBe(hostname === '127.0.0.1' ? 'http:' : 'https:');
    expect(row.baseUrl.endsWith('/'), name).toBe(false);
    expect(row.apiKeyEnv === null, name).toBe(hostname === '127.0.0.1');
  }
  expect(findProvider('toString')).toBeUndefined();
});
