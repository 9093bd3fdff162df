import { NeedlescopeError } from '../core/errors.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { Corpus } from '../corpus/corpus.ts';
import { type CorpusSpec, type LoadCorpusOptions, loadCorpus } from '../corpus/load-corpus.ts';
import type { CorpusText } from '../haystack/corpus-text.ts';
import type { PreparedCorpus } from '../haystack/prepare.ts';
import { corpusTokensNeeded, type HaystackMode } from './haystack-start.ts';
import { preparedCache } from './prepared-cache.ts';

/** Characters a token of prose spans at most, by language: only decides how much text is made at first. */
const charsPerToken = { en: 4.8, zh: 1.15 } as const;

/** The run's corpus, read once, and made ready once for each tokenizer. */
export interface CorpusSource {
  readonly corpus: Corpus;
  /** UTF-16 units that the grid is expected to need. */
  readonly chars: number;
  prepared(tokenizer: Tokenizer): Promise<PreparedCorpus>;
}

export interface OpenCorpusOptions extends LoadCorpusOptions {
  /** The longest cell, in tokens. */
  readonly longest: number;
  readonly mode: HaystackMode;
  /** Told what the user should know of the text, and when a haystack holds it more than once. */
  readonly warn?: (message: string) => void;
}

/**
 * Loads the corpus for a grid whose longest cell is `longest` tokens. Generated prose is as long as needed; files are as long
 * as they are, or repeated on purpose: `prepared` throws `corpus_too_short`, which says how long. What is made ready is kept in
 * `cacheDir`.
 */
export async function openCorpus(spec: CorpusSpec, options: OpenCorpusOptions): Promise<CorpusSource> {
  const { longest, mode, warn } = options;
  const needed = corpusTokensNeeded(longest, mode);
  const corpus = await loadCorpus(spec, options);
  for (const note of corpus.notes) warn?.(note);
  const cache = preparedCache(options.cacheDir ?? null);
  const keyOf = (chars: number): unknown => [corpus.sha256, corpus.endless ? [corpus.period, chars] : null];
  const texts = new Map<number, Promise<CorpusText>>();
  const textOf = (chars: number): Promise<CorpusText> => {
    const made = texts.get(chars) ?? cache.text(keyOf(chars), () => corpus.text(chars));
    texts.set(chars, made);
    return made;
  };

  let toldRepeats = false;
  const tellRepeats = (prepared: PreparedCorpus): void => {
    if (corpus.period === null || toldRepeats) return;
    const once = Math.round((prepared.tokens * corpus.period) / prepared.text.length);
    if (once >= longest) return;
    toldRepeats = true;
    warn?.(
      `the corpus of about ${once} tokens is repeated up to ${Math.ceil(longest / once)} times to fill ${longest}: the same sentences come again`,
    );
  };

  const enough = Math.ceil(needed * charsPerToken[corpus.language]);
  const prepare = async (tokenizer: Tokenizer): Promise<PreparedCorpus> => {
    let chars = enough;
    for (;;) {
      const prepared = await cache.prepared(keyOf(chars), await textOf(chars), tokenizer);
      if (!corpus.endless) return longEnough(prepared, { corpus, longest });
      if (prepared.tokens >= needed) {
        tellRepeats(prepared);
        return prepared;
      }
      // A tokenizer with longer tokens than expected: more of the same text, whose beginning stays as it is.
      chars = Math.ceil(prepared.text.length * Math.max(1.2, (1.1 * needed) / prepared.tokens));
    }
  };
  const ready = new Map<string, Promise<PreparedCorpus>>();
  return {
    corpus,
    chars: corpus.endless ? enough : corpus.text(0).length,
    prepared: (tokenizer) => {
      // Two servers may call different tokenizers by one name.
      const name = `${tokenizer.id} ${tokenizer.fingerprint ?? ''}`;
      const made = ready.get(name) ?? prepare(tokenizer);
      ready.set(name, made);
      return made;
    },
  };
}

function longEnough(
  prepared: PreparedCorpus,
  { corpus, longest }: { readonly corpus: Corpus; readonly longest: number },
): PreparedCorpus {
  if (prepared.tokens >= longest) return prepared;
  const repeated =
    corpus.origin === 'catalogue'
      ? `{id: ${corpus.id}, repeat: true}`
      : `{files: "texts/*.txt", language: ${corpus.language}, repeat: true}`;
  throw new NeedlescopeError(
    'corpus_too_short',
    `the corpus holds ${prepared.tokens} tokens (${prepared.text.length} characters) and the longest cell asks for ${longest}`,
    {
      hint: `shorten contextLengths, take more text or prose-${corpus.language} (any length), or repeat this one on purpose: corpus: ${repeated}`,
    },
  );
}
