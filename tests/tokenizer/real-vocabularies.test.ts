import { beforeAll, expect, test } from 'vitest';
import { models } from '../../src/models/model-table.ts';
import { mixedStrings, type RealVocabulary, realVocabulary } from './real-vocabulary.ts';

// Of the three vocabularies of real-vocabularies.long.test.ts the one with a normaliser, and a sample of its strings.
let qwen: RealVocabulary;
beforeAll(async () => {
  qwen = await realVocabulary('qwen2');
});

test('the real vocabulary of Qwen2 runs in the fast engine, with the ids of a second implementation', () => {
  expect(qwen.slow).toBeNull();
  const strings = mixedStrings(150);
  expect(strings.some((text) => text !== text.normalize('NFC'))).toBe(true);
  let tokens = 0;
  for (const text of strings) {
    const ids = qwen.ids(qwen.ours, text.normalize('NFC'));
    expect(ids, JSON.stringify(text)).toEqual(qwen.ids(qwen.library, text.normalize('NFC')));
    expect(ids, JSON.stringify(text)).not.toBeNull();
    expect(qwen.ours.count(text)).toBe(qwen.library.count(text));
    tokens += ids?.length ?? 0;
  }
  expect(tokens).toBeGreaterThan(1_500);
});

test("the table's overheads are those of the published templates, by the real vocabulary", () => {
  const count = (text: string): number => qwen.ours.count(text);
  // <|im_start|> and <|im_end|> are a token each.
  const message = (role: string, content: string): number =>
    1 + count(`${role}\n`) + count(content) + 1 + count('\n');
  const around = (system: string | null): number =>
    (system === null ? 0 : message('system', system)) + message('user', '') + 1 + count('assistant\n');
  for (const name of ['qwen2-0.5b', 'qwen2-72b', 'qwen2.5-7b-1m', 'qwen3-4b-2507'] as const) {
    expect(models[name].templateOverhead, name).toBe(around(models[name].defaultSystemPrompt));
  }
});
