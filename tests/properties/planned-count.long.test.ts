import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tokenizer } from '../../src/core/tokenizer.ts';
import { generateProse } from '../../src/corpus/generate.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { checkPlans } from '../haystack/check-plan.ts';
import { roughText } from '../haystack/rough-text.ts';
import { sweepTokenizers } from '../haystack/sweep-tokenizers.ts';

const texts = {
  prose: (language: 'en' | 'zh') =>
    generateProse({ language, seed: 7, chars: language === 'en' ? 2_000_000 : 600_000 }),
  rough: (language: 'en' | 'zh') => roughText(language, 24_000, 2),
};
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'needlescope-sweep-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(Object.entries(sweepTokenizers))('%s', (name, load) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await load(dir);
  });
  for (const [kind, make] of Object.entries(texts)) {
    test.each(['en', 'zh'] as const)(`600 cells of ${kind} text, %s`, async (language) => {
      const prepared = await prepareCorpus(make(language), tokenizer);
      expect(prepared.tokens).toBeGreaterThan(150_000);
      expect(prepared.rule).toBe('split-regex');
      // One whole encode of everything holds the prefix sums to account.
      const whole = await tokenizer.count(prepared.text);
      expect(Math.abs(whole - prepared.tokens)).toBeLessThan(60);
      const check = await checkPlans(prepared, tokenizer, {
        language,
        cells: 600,
        longest: 130_000,
        seed: 11,
      });
      const errors = [...check.depthErrors].sort((a, b) => a - b);
      console.log(
        `${kind} ${language} ${name}: exact ${check.exact}/600, depth off by ${errors[300]?.toFixed(0)} tokens (median)`,
      );
      expect(check).toMatchObject({ cells: 600, wrong: 0, over: 0 });
      expect(check.exact).toBeGreaterThanOrEqual(594);
      expect(check.worstShort).toBeLessThanOrEqual(1);
      // A needle lies at the sentence start nearest to its depth.
      expect(errors[300]).toBeLessThan(60);
    });
  }
});
