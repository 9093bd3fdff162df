import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { generateProse } from '../../src/corpus/generate.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { loadTokenizerJson } from '../../src/tokenizer/huggingface.ts';
import { checkPlans } from '../haystack/check-plan.ts';
import { roughText } from '../haystack/rough-text.ts';
import { sweepTokenizers } from '../haystack/sweep-tokenizers.ts';
import { tokenizerJson } from '../tokenizer/made-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-planned-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

// A sample of planned-count.long.test.ts.
describe.each(Object.entries(sweepTokenizers))('%s', (_name, load) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await load(dir);
  });
  test.each(['en', 'zh'] as const)(
    'prose-%s: planned == counted, never above, at most one short',
    async (language) => {
      const chars = language === 'en' ? 250_000 : 80_000;
      const prepared = await prepareCorpus(generateProse({ language, seed: 7, chars }), tokenizer);
      const check = await checkPlans(prepared, tokenizer, { language, cells: 50, longest: 24_000, seed: 5 });
      expect(prepared.rule).toBe('split-regex');
      expect(check).toMatchObject({ cells: 50, wrong: 0, over: 0 });
      expect(check.exact).toBeGreaterThanOrEqual(48);
      expect(check.worstShort).toBeLessThanOrEqual(1);
    },
  );
});

test.each(['sentencepiece', 'unigram'] as const)(
  '%s, which promises nothing about its seams: every plan is counted, never above, a few short at most',
  async (kind) => {
    const { tokenizer, slow } = await loadTokenizerJson(await tokenizerJson(dir, { kind }));
    expect(slow).not.toBeNull();
    const prepared = await prepareCorpus(roughText('en', 700, 3), tokenizer);
    expect(prepared.rule).toBe('none');
    const check = await checkPlans(prepared, tokenizer, {
      language: 'en',
      cells: 20,
      longest: 3_000,
      seed: 5,
    });
    expect(check).toMatchObject({ cells: 20, wrong: 0, over: 0 });
    expect(check.worstShort).toBeLessThanOrEqual(2);
  },
);
