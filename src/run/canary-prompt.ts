import type { Language } from '../core/language.ts';
import { type Random, randomStream } from '../core/random.ts';
import type { PromptMessage } from '../core/sample.ts';
import type { SlicedText } from '../core/sliced-text.ts';
import { planText } from '../haystack/parts.ts';
import { planHaystack } from '../haystack/plan.ts';
import type { PreparedCorpus } from '../haystack/prepare.ts';
import { chatFrame, chatMessages, completionFrame } from '../prompt/template.ts';
import { haystackStart } from './haystack-start.ts';
import { type CellPlanner, occursIn, roomOf } from './plan-cells.ts';

/** A prompt with a number at one end of its text, and a question that asks for it: no cell's prompt, and never a row. */
export interface Canary {
  readonly code: string;
  readonly messages: readonly PromptMessage[];
  readonly text: string | SlicedText;
  readonly promptTokens: number;
}

/** Which canary of a run: its length, the end where the number stands, and 0 for the first of its kind. */
export interface CanaryPlace {
  readonly contextLength: number;
  readonly end: 'start' | 'end';
  readonly attempt: number;
}

interface Wording {
  readonly sentence: (code: string) => string;
  readonly question: string;
  readonly stem: string;
}

/**
 * One number of a thing with a name, and a question in the words of its sentence: the easiest that can be asked, since a model that fails
 * must not pass for a server that cuts. A model of 135 million parameters gave it back from the start of 4,000 tokens six times of six;
 * "the check number of this text" one time of three, and a number at each end, asked for in one question, never.
 */
const wordings: Readonly<Record<Language, Wording>> = {
  en: {
    sentence: (code) => `The access code for the paper canary is ${code}.`,
    question: 'What is the access code for the paper canary?',
    stem: 'The access code for the paper canary is',
  },
  zh: {
    sentence: (code) => `纸做的金丝雀的通行码是${code}。`,
    question: '纸做的金丝雀的通行码是多少？',
    stem: '纸做的金丝雀的通行码是',
  },
};

/** What a canary is made with: a cell's, without the task. */
type CanaryPlanner = Omit<CellPlanner, 'identity' | 'task'>;

/** The shortest canary that the planner can make: some thousand tokens of text, to see whether a model gives a number back at all. */
export function controlLength({ maxTokens, prompt }: Pick<CellPlanner, 'maxTokens' | 'prompt'>): number {
  // A system message has fewer tokens than characters.
  return maxTokens + 1_000 + (prompt.system?.length ?? 0);
}

/**
 * A canary made like a cell of the planner's own corpus: same count, same frame, one needle. Its text starts elsewhere than any
 * cell's. Throws what planning a haystack throws.
 */
export async function buildCanary(planner: CanaryPlanner, place: CanaryPlace): Promise<Canary> {
  const { contextLength, end, attempt } = place;
  const { seed, language, endless, api } = planner;
  const prepared = await planner.corpus();
  const words = wordings[language];
  const code = freshCode(randomStream(seed, 'canary', contextLength, end, attempt), prepared);
  const { system, systemTokens, overhead, scale, budget } = await roomOf(planner, {
    prepared,
    contextLength,
  });
  const { question, stem } = words;
  const frame =
    api === 'chat'
      ? chatFrame({ language, question, questionPosition: 'after' })
      : completionFrame({ language, question, stem });
  const plan = await planHaystack(prepared, {
    budget,
    head: frame.head,
    tail: frame.tail,
    needles: [{ text: words.sentence(code), depth: end === 'start' ? 0 : 1 }],
    start: haystackStart(prepared, {
      seed,
      mode: 'fresh',
      endless,
      contextLength,
      depth: end === 'start' ? 0 : 1,
      // Cells count their trials from 0.
      trial: -1 - attempt,
    }),
  });
  const text = planText(plan, prepared);
  return {
    code,
    messages: chatMessages(system, text),
    text,
    promptTokens: Math.round((plan.tokens + systemTokens) * scale) + overhead,
  };
}

/** A five-digit number that does not stand in the corpus. */
function freshCode(random: Random, prepared: PreparedCorpus): string {
  for (;;) {
    const code = String(10_000 + random.below(90_000));
    // A corpus that holds every number gives one all the same: that it comes back by chance is rare enough.
    if (random.below(50) === 0 || !occursIn(prepared, code)) return code;
  }
}
