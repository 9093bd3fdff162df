import type { Language } from '../../src/core/language.ts';
import { randomStream } from '../../src/core/random.ts';
import { createPromptCounter } from '../../src/reference/count-tokens.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';

const words =
  'harbour market window letter winter morning captain river garden teacher silver bridge quiet carry remember between north people bring small light water found walked toward because evening another almost'.split(
    ' ',
  );
const ideographs = '他在旧城看见一位船长正修理渔网孩子们沿着河岸奔跑夜里下起小雨远处传来钟声老人慢慢走回家中';

/** A needle with its question, as the tool's own tasks phrase them. */
export const facts = {
  en: {
    needle: 'The access code for the amber lighthouse is 4821355.',
    question: 'What is the access code for the amber lighthouse?',
    value: '4821355',
  },
  zh: {
    needle: '琥珀灯塔的通行码是4821355。',
    question: '琥珀灯塔的通行码是多少？',
    value: '4821355',
  },
} as const;

/** Sentences of meaningless prose, as many as asked for. */
export function sentences(language: Language, count: number, seed = 1): string[] {
  const random = randomStream(seed, 'sentences', language);
  return Array.from({ length: count }, () => {
    if (language === 'zh') {
      return `${Array.from({ length: 8 + random.below(12) }, () => random.pick([...ideographs])).join('')}。`;
    }
    const text = Array.from({ length: 7 + random.below(8) }, () => random.pick(words)).join(' ');
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  });
}

/** Paragraphs of five sentences. */
export function paragraphs(language: Language, list: readonly string[]): string {
  const gap = language === 'zh' ? '' : ' ';
  const count = Math.ceil(list.length / 5);
  return Array.from({ length: count }, (_, i) => list.slice(i * 5, i * 5 + 5).join(gap)).join('\n\n');
}

/** A document with the sentence at a depth of it, 0 to 1, to the next sentence. Its paragraphs are those of the list. */
export function hide(language: Language, list: readonly string[], needle: string, depth: number): string {
  const gap = language === 'zh' ? '' : ' ';
  const at = Math.round(depth * list.length);
  if (at === list.length) return `${paragraphs(language, list)}${gap}${needle}`;
  return paragraphs(
    language,
    list.map((sentence, i) => (i === at ? `${needle}${gap}${sentence}` : sentence)),
  );
}

/** A user message around a document. */
export function ask(language: Language, document: string, question: string): string {
  const [intro, rule] =
    language === 'zh'
      ? ['下面 <text> 标签之间是一篇长文，文后有一个问题。', '请只根据上文，用几个字回答。']
      : ['Below is a text between <text> tags. A question follows.', 'Answer in a few words.'];
  return `${intro}\n\n<text>\n${document}\n</text>\n\n${question}\n${rule}`;
}

const pool = sentences('en', 14_000, 9);
const counter = loadTiktoken('o200k_base').then((tokenizer) => createPromptCounter(tokenizer));

/** A user message that makes up `contextLength` o200k tokens with its template and 128 tokens of answer, or a sentence less. */
export async function promptOf(contextLength: number, depth: number): Promise<string> {
  const { needle, question } = facts.en;
  const { countMessages } = await counter;
  const build = (length: number) => ask('en', hide('en', pool.slice(0, length), needle, depth), question);
  let fits = 0;
  // A sentence of the pool has eight tokens at least.
  let tooLong = Math.ceil(contextLength / 8);
  if (tooLong > pool.length + 1) throw new Error(`the pool is too small for ${contextLength} tokens`);
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    const tokens = countMessages([{ role: 'user', content: build(middle) }]);
    if (tokens <= contextLength - 128) fits = middle;
    else tooLong = middle;
  }
  return build(fits);
}
