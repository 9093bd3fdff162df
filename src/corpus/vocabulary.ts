import enGrammar from '../../corpora/prose-en/grammar.json' with { type: 'json' };
import enNames from '../../corpora/prose-en/names.json' with { type: 'json' };
import enWords from '../../corpora/prose-en/words.json' with { type: 'json' };
import zhGrammar from '../../corpora/prose-zh/grammar.json' with { type: 'json' };
import zhNames from '../../corpora/prose-zh/names.json' with { type: 'json' };
import zhWords from '../../corpora/prose-zh/words.json' with { type: 'json' };
import type { Language } from '../core/language.ts';

/** Named lists or rules: each value holds entries or patterns. */
export type Lines = Readonly<Record<string, readonly string[]>>;

/** What prose is written about in one paragraph: how it opens and how it goes on. */
interface TopicData {
  /** What the topic puts for `:do`, `:it` and the like in the frames. */
  readonly terms?: Readonly<Record<string, string>>;
  readonly openers: readonly string[];
  readonly bodies: readonly string[];
}

interface GrammarData {
  readonly rules: Lines;
  /** Variables drawn once a paragraph: name → pattern. */
  readonly scene: Readonly<Record<string, string>>;
  /** The people of a paragraph; each becomes the variables `role.given`, `role.he`, … */
  readonly roles: readonly string[];
  /** Kinds of people, drawn evenly; in their patterns `{.given}` is the person's own variable. */
  readonly people: readonly Readonly<Record<string, string>>[];
  readonly topics: Readonly<Record<string, TopicData>>;
  /** Openers and bodies for every topic that has the terms they ask for. */
  readonly frames?: TopicData;
  /** Sentences that fit every topic. */
  readonly bodies: readonly string[];
}

/** The data of a generated corpus. A line of `words` or `names` holds many entries, parted by commas. */
export interface Vocabulary {
  readonly names: Lines;
  readonly words: Lines;
  readonly grammar: GrammarData;
}

/** The vocabulary and grammar of each language, as they stand in `corpora/`. */
export const vocabularies: Readonly<Record<Language, Vocabulary>> = {
  en: { names: enNames, words: enWords, grammar: enGrammar },
  zh: { names: zhNames, words: zhWords, grammar: zhGrammar },
};
