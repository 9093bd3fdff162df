import { sha256 } from '../core/hash.ts';
import type { Manner, Profile } from './profiles.ts';
import { sees } from './profiles.ts';
import type { PromptReading } from './read-prompt.ts';
import { type Recollection, recall, recallFloor } from './recall.ts';

/** What a profile says to a prompt, before its answer budget is applied. */
export interface Speech {
  readonly reasoning: string | null;
  readonly text: string;
}

// Looser than an answer: a look-alike shares the frame of the fact, not its name.
const lookAlikeFloor = 0.35;

const phrases = {
  en: {
    unknown: 'The text does not say.',
    refusal: "I'm sorry, but I can't help with that.",
    invented: (number: string) => `As far as the text goes, it is ${number}.`,
    thoughts:
      'First I should see what is being asked, and which words of it are rare enough to look for. Then I go through the whole ' +
      'text from its first line to its last and compare every sentence with those words. Where several of them meet in one ' +
      'sentence, that sentence is probably the one. I will give it as it stands.',
  },
  zh: {
    unknown: '文中没有提到。',
    refusal: '抱歉，我无法帮助解决这个问题。',
    invented: (number: string) => `按照文中的说法，应该是${number}。`,
    thoughts:
      '先看清楚要找的是哪一件事，再挑出其中少见的词。然后从头到尾把全文读一遍，逐句对照这些词。' +
      '如果几个词同时出现在一句话里，那一句多半就是出处，照原样说出来即可。',
  },
} as const;

/**
 * The answer of a profile to a prompt it has read, `contextLength` tokens with the answer asked for: the sentence that holds
 * the fact, whole, where the profile sees it. A completion goes on from its stem.
 */
export function speak(profile: Profile, reading: PromptReading, contextLength: number): Speech {
  const { manner } = profile;
  const words = phrases[/\p{Script=Han}/u.test(reading.question) ? 'zh' : 'en'];
  if (manner === 'refuses') return { reasoning: null, text: words.refusal };

  const floor = manner === 'distracted' ? lookAlikeFloor : recallFloor;
  const seen = recall(reading.document, reading.question, floor).filter(({ depth }) =>
    sees(profile.sight, { contextLength, depth }),
  );
  const fact = choose(seen, manner);
  const missing = manner === 'invents' ? words.invented(inventedNumber(reading.question)) : words.unknown;
  return {
    reasoning: manner === 'thinks' ? words.thoughts : null,
    text: fact === undefined ? missing : goOn(reading.stem, fact.text),
  };
}

function choose(seen: readonly Recollection[], manner: Manner): Recollection | undefined {
  const best = seen[0];
  if (best === undefined || manner !== 'distracted') return best;
  const lookAlike = seen.find(({ share, text }) => share >= 0.5 && text !== best.text);
  return lookAlike ?? (best.score >= recallFloor ? best : undefined);
}

/** Seven digits that depend on the question alone: the same invention every time. */
function inventedNumber(question: string): string {
  return String(1_000_000 + (Number.parseInt(sha256(question).slice(0, 8), 16) % 9_000_000));
}

function goOn(stem: string, sentence: string): string {
  if (stem === '') return sentence;
  const continues = sentence.toLowerCase().startsWith(stem.toLowerCase());
  return continues ? sentence.slice(stem.length) : ` ${sentence}`;
}
