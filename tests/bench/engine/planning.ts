import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Language } from '../../../src/core/language.ts';
import { generateProse } from '../../../src/corpus/generate.ts';
import { corpusText } from '../../../src/haystack/corpus-text.ts';
import { renderPlan } from '../../../src/haystack/parts.ts';
import { type HaystackPlan, planHaystack } from '../../../src/haystack/plan.ts';
import { cutNearest, joinPrepared, type PreparedCorpus } from '../../../src/haystack/prepare.ts';
import { tokenSums } from '../../../src/haystack/token-sums.ts';
import { chatFrame } from '../../../src/prompt/template.ts';
import { preparedCache, readSums } from '../../../src/run/prepared-cache.ts';
import { openSections } from '../../../src/run/section-file.ts';
import type { LocalTokenizer } from '../../../src/tokenizer/tiktoken.ts';
import { cpuMs } from '../cpu.ts';
import { atLeast, atMost, type Figure, told } from '../figure.ts';

const lengths = [8_000, 32_000, 64_000, 128_000];
const million = 1_000_000;
const words: Readonly<
  Record<Language, { question(i: number): string; needle(i: number): string; chars: number }>
> = {
  en: {
    question: (i) => `What is the code for mill ${i}?`,
    needle: (i) => `The code for mill ${i} is ${1_000_000 + i}.`,
    chars: 5_600_000,
  },
  zh: {
    question: (i) => `${i}号磨坊的通行码是多少？`,
    needle: (i) => `${i}号磨坊的通行码是${1_000_000 + i}。`,
    chars: 1_900_000,
  },
};

/** What preparing a corpus and planning its cells costs, beside tokenising the same text. */
export async function planningFigures(tokenizer: LocalTokenizer, language: Language): Promise<Figure[]> {
  const { question, needle, chars } = words[language];
  const text = generateProse({ language, seed: 7, chars });
  const whole = await cpuMs(() => tokenizer.count(text), 4);
  const corpus = corpusText(text);
  const sums = await tokenSums(corpus, tokenizer);
  const preparing = await cpuMs(async () => tokenSums(corpusText(text), tokenizer), 4);
  const prepared = joinPrepared(corpus, sums, tokenizer);
  const plan = (budget: number, depth: number, i: number): Promise<HaystackPlan> =>
    planHaystack(prepared, {
      budget,
      ...chatFrame({ language, question: question(i), questionPosition: 'after' }),
      needles: [{ text: needle(i), depth }],
      start: cutNearest(prepared, (i * 37) % 20_000),
    });
  const grid = async (some: readonly number[], from: number): Promise<HaystackPlan[]> => {
    const plans: HaystackPlan[] = [];
    for (const length of some) {
      for (let depth = 0; depth <= 10; depth++)
        plans.push(await plan(length, depth / 10, from + plans.length));
    }
    return plans;
  };
  let from = 0;
  const timed = (some: readonly number[]): Promise<number> =>
    cpuMs(() => {
      from += 100;
      return grid(some, from);
    }, 25);
  const cell = (await timed(lengths)) / 44;
  const longCell = (await timed([million])) / 11;
  const again = await retokenising(prepared, await grid(lengths, 7_000), 1);
  const longest = await grid([million], 9_000);
  // A million tokens eleven times over would only cost the reader's time.
  const againLong = (await retokenising(prepared, longest.slice(0, 3), 1)) * (11 / 3);
  const exact = [...longest].filter(({ tokens }) => tokens === million).length;
  return [
    atMost('preparation / one full tokenisation', preparing / whole, 1.2, '×'),
    atMost('plan a cell of 8K to 128K, CPU', cell, 0.5, 'ms'),
    atMost('plan a cell of 1M, CPU', longCell, 0.5, 'ms'),
    atLeast('44 cells to 128K: re-tokenising / planning', again / (44 * cell), 100, '×'),
    atLeast('11 cells of 1M: re-tokenising / planning', againLong / (11 * longCell), 2_000, '×'),
    told('11 cells of 1M that are exactly on budget', exact),
  ];
}

/** CPU of one encode of every prompt: the least that a tool which builds prompts by tokens pays. */
async function retokenising(
  prepared: PreparedCorpus,
  plans: readonly HaystackPlan[],
  times: number,
): Promise<number> {
  const texts = plans.map((plan) => renderPlan(plan, prepared.text));
  return cpuMs(() => {
    for (const text of texts) prepared.tokenizer.count(text);
  }, times);
}

/** What a second run pays for a prepared corpus of about 20 MB. */
export async function cacheFigures(tokenizer: LocalTokenizer): Promise<Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'needlescope-bench-'));
  try {
    const text = generateProse({ language: 'en', seed: 7, chars: 20_000_000 });
    const cache = preparedCache(dir);
    const fresh = await cache.prepared('k', await cache.text('k', () => text), tokenizer);
    const names = await readdir(join(dir, 'prepared'));
    const path = (kind: string): string =>
      join(dir, 'prepared', names.find((name) => name.startsWith(kind)) ?? '');
    const index = await cpuMs(() => {
      const file = openSections(path('text'));
      if (!file?.read(0) || !file.read(1)) throw new Error('expected the cuts in the cache');
      file.close();
      if (readSums(path('sums'), fresh) === null) throw new Error('expected the sums in the cache');
    }, 15);
    const all = await cpuMs(async () => cache.text('k', () => 'never'), 5);
    return [
      told('text in the cache, MB', fresh.utf8.length / 1e6),
      atMost(
        'its cuts and sums, read and checked, a 20 MB of text',
        index * (20e6 / fresh.utf8.length),
        1,
        'ms',
      ),
      told('its text and bytes, read and checked', all, 'ms'),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
