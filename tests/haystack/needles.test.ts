import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadDepths } from '../../src/haystack/needle-cuts.ts';
import { planText } from '../../src/haystack/parts.ts';
import { planHaystack } from '../../src/haystack/plan.ts';
import { prepareCorpus } from '../../src/haystack/prepare.ts';
import { chatFrame } from '../../src/prompt/template.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';
import { roughText } from './rough-text.ts';

const tokenizer = await loadTiktoken('o200k_base');
const corpora = {
  en: await prepareCorpus(roughText('en', 2_500, 8), tokenizer),
  zh: await prepareCorpus(roughText('zh', 2_500, 8), tokenizer),
};
const sentence = {
  en: (i: number) => `Star ${i} counts ${1_000 + i} ships.`,
  zh: (i: number) => `第${i}颗星数了${1_000 + i}艘船。`,
};

test('several needles: the count is exact, each lies where it was asked to, none before a shallower one', async () => {
  const depth = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('en', 'zh'),
      fc.array(depth, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1_200, max: 9_000 }),
      fc.nat(40),
      async (language, depths, budget, start) => {
        const prepared = corpora[language];
        const needles = depths.map((each, i) => ({ text: sentence[language](i), depth: each }));
        const frame = chatFrame({ language, question: 'How many?', questionPosition: 'after' });
        const plan = await planHaystack(prepared, { budget, ...frame, needles, start });
        const text = planText(plan, prepared).toString();
        expect(plan.tokens).toBe(tokenizer.count(text));
        expect(plan.tokens).toBeLessThanOrEqual(budget);
        expect(plan.tokens).toBeGreaterThanOrEqual(budget - 1);
        plan.placements.forEach(({ charOffset, requestedDepth, depth: placed }, i) => {
          expect(text.startsWith(needles[i]?.text as string, charOffset)).toBe(true);
          expect(requestedDepth).toBe(depths[i]);
          // A sentence of rough text is up to some 100 tokens long.
          expect(Math.abs(placed - requestedDepth)).toBeLessThan(150 / budget + 0.02);
        });
        const order = plan.placements
          .map((_, i) => i)
          .sort((a, b) => (depths[a] as number) - (depths[b] as number));
        const offsets = order.map((i) => plan.placements[i]?.charOffset as number);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
        expect(text.indexOf(frame.head)).toBe(0);
        expect(text.endsWith(frame.tail)).toBe(true);
      },
    ),
    { numRuns: 120 },
  );
});

test('a needle whose words stand in the question too is found in the text, not there', async () => {
  const needle = 'The lamp is green.';
  const head = `Is it true? ${needle}\n\n<text>\n`;
  for (const depth of [0, 0.5, 1]) {
    const plan = await planHaystack(corpora.en, {
      budget: 1_000,
      head,
      tail: `\n</text>\n\n${needle} True?`,
      needles: [{ text: needle, depth }],
      start: 3,
    });
    const text = planText(plan, corpora.en).toString();
    const at = plan.placements[0]?.charOffset as number;
    expect(text.slice(at, at + needle.length)).toBe(needle);
    expect(at).toBeGreaterThanOrEqual(head.length);
    expect(at).toBeLessThan(text.indexOf('\n</text>'));
  }
});

test('spread needles start at the depth and go on by equal steps towards the end', () => {
  expect(spreadDepths(0, 4)).toEqual([0, 0.25, 0.5, 0.75]);
  expect(spreadDepths(0.5, 2)).toEqual([0.5, 0.75]);
  expect(spreadDepths(1, 3)).toEqual([1, 1, 1]);
});

test('lone surrogates in what is put in become U+FFFD, in the text and in the count', async () => {
  const plan = await planHaystack(corpora.en, {
    budget: 1_000,
    head: 'A \ud800 b.\n',
    tail: '\nc \udfff?',
    needles: [{ text: 'Code \ud83d is 5.', depth: 0.5 }],
    start: 0,
  });
  const text = planText(plan, corpora.en).toString();
  expect(text).toContain('Code \ufffd is 5.');
  expect(text.isWellFormed()).toBe(true);
  expect(plan.tokens).toBe(tokenizer.count(text));
});
