import { expect, test } from 'vitest';
import { generateProse } from '../../src/corpus/generate.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import { checkPlans } from '../haystack/check-plan.ts';

// A sample of planned-count.long.test.ts.
for (const encoding of tiktokenEncodings) {
  for (const language of ['en', 'zh'] as const) {
    test(`prose-${language}, ${encoding}: planned == counted, never above, at most one short`, async () => {
      const tokenizer = await loadTiktoken(encoding);
      const chars = language === 'en' ? 250_000 : 80_000;
      const prepared = await prepareCorpus(generateProse({ language, seed: 7, chars }), tokenizer);
      const check = await checkPlans(prepared, tokenizer, { language, cells: 50, longest: 24_000, seed: 5 });
      expect(check).toMatchObject({ cells: 50, wrong: 0, over: 0 });
      expect(check.exact).toBeGreaterThanOrEqual(48);
      expect(check.worstShort).toBeLessThanOrEqual(1);
    });
  }
}
