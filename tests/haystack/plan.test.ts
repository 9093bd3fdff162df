import { expect, test } from 'vitest';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { loadTiktoken, tiktokenEncodings } from '../../src/tokenizer/tiktoken.ts';
import { checkPlans } from './check-plan.ts';
import { roughText } from './rough-text.ts';

for (const encoding of tiktokenEncodings) {
  for (const language of ['en', 'zh'] as const) {
    test(`rough ${language} text, ${encoding}: the planned count is the count`, async () => {
      const tokenizer = await loadTiktoken(encoding);
      const prepared = await prepareCorpus(roughText(language, 4_000), tokenizer);
      expect(prepared.tokens).toBeGreaterThan(20_000);
      const check = await checkPlans(prepared, tokenizer, { language, cells: 60, longest: 12_000, seed: 3 });
      expect(check).toMatchObject({ cells: 60, wrong: 0, over: 0 });
      expect(check.worstShort).toBeLessThanOrEqual(1);
    });
  }
}
