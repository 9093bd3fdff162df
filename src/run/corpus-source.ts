import { NeedlescopeError } from '../core/errors.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { type CorpusSpec, loadCorpus } from '../corpus/load-corpus.ts';
import { type PreparedCorpus, prepareCorpus } from '../haystack/prepare.ts';
import { corpusTokensNeeded, type HaystackMode } from './haystack-start.ts';

/** Characters a token of prose spans at most, by language: only decides how much text is made at first. */
const charsPerToken = { en: 4.8, zh: 1.15 } as const;

/** The run's corpus, read once, and made ready once for each tokenizer. */
export interface CorpusSource {
  readonly corpus: Corpus;
  prepared(tokenizer: Tokenizer): Promise<PreparedCorpus>;
}

/**
 * Loads the corpus for a grid whose longest cell is `longest` tokens. Generated prose is as long as needed; files are as long
 * as they are: `corpus_too_short` says how long, before any call.
 */
export async function openCorpus(
  spec: CorpusSpec,
  options: {
    readonly seed: number;
    readonly longest: number;
    readonly mode: HaystackMode;
    readonly baseDir: string;
  },
): Promise<CorpusSource> {
  const { seed, longest, baseDir } = options;
  const needed = corpusTokensNeeded(longest, options.mode);
  const language = typeof spec === 'string' ? (spec === 'prose-zh' ? 'zh' : 'en') : spec.language;
  const load = (chars: number): Promise<Corpus> => loadCorpus(spec, { seed, chars, baseDir });
  const corpus = await load(Math.ceil(needed * charsPerToken[language]));
  const ready = new Map<string, Promise<PreparedCorpus>>();

  const prepare = async (tokenizer: Tokenizer): Promise<PreparedCorpus> => {
    let text = corpus.text;
    for (;;) {
      const prepared = await prepareCorpus(text, tokenizer);
      if (corpus.origin === 'files') return longEnough(prepared, longest);
      if (prepared.tokens >= needed) return prepared;
      // A tokenizer with longer tokens than expected: more of the same text, whose beginning stays as it is.
      text = (await load(Math.ceil(text.length * Math.max(1.2, (1.1 * needed) / prepared.tokens)))).text;
    }
  };
  return {
    corpus,
    prepared: (tokenizer) => {
      const known = ready.get(tokenizer.id);
      if (known) return known;
      const made = prepare(tokenizer);
      ready.set(tokenizer.id, made);
      return made;
    },
  };
}

function longEnough(prepared: PreparedCorpus, longest: number): PreparedCorpus {
  if (prepared.tokens >= longest) return prepared;
  throw new NeedlescopeError(
    'corpus_too_short',
    `the corpus holds ${prepared.tokens} tokens (${prepared.text.length} characters) and the longest cell asks for ${longest}`,
    { hint: 'add files, use prose-en or prose-zh (any length), or shorten contextLengths' },
  );
}
