import { NeedlescopeError } from '../core/errors.ts';
import type { Language } from '../core/language.ts';
import { nearest } from '../core/nearest.ts';
import type { FlagValues } from './flags.ts';
import type { Decider } from './layers.ts';
import type { CorpusChoice } from './resolved.ts';
import { corpusIds, type FileConfig } from './schema.ts';

/**
 * The corpus of a run. --corpus takes an id, or paths with commas between; --language alone takes our prose in that
 * language, and says what language the files are in. Throws `usage` where the two contradict each other.
 */
export function chooseCorpus(file: FileConfig | null, flags: FlagValues, decide: Decider): CorpusChoice {
  const written = file?.corpus;
  const ofFile: CorpusChoice | undefined =
    written === undefined || typeof written === 'string'
      ? written
      : { files: [written.files].flat(), language: written.language ?? 'en' };
  const corpus = decide<CorpusChoice>('corpus', {
    flag: flags.corpus === undefined ? undefined : fromFlag(flags.corpus),
    file: ofFile,
    fallback: 'prose-en',
  });
  if (flags.language === undefined) return corpus;
  return decide('corpus', {
    flag: inLanguage(corpus, flags.language, flags.corpus !== undefined),
    fallback: corpus,
  });
}

function fromFlag(text: string): CorpusChoice {
  const id = corpusIds.find((each) => each === text);
  if (id !== undefined) return id;
  // Ids are words with dashes; whatever looks like a path or a glob is one.
  if (/[/\\.*?[\]{}]/.test(text)) {
    return { files: text.split(',').map((part) => part.trim()), language: 'en' };
  }
  const close = nearest(text, corpusIds);
  throw new NeedlescopeError(
    'unknown_name',
    `--corpus: expected ${corpusIds.join(', ')} or paths of text files, got ${JSON.stringify(text)}`,
    { hint: close === null ? 'for example: --corpus "texts/*.txt"' : `did you mean ${close}?` },
  );
}

function inLanguage(corpus: CorpusChoice, language: Language, asked: boolean): CorpusChoice {
  if (typeof corpus !== 'string') return { files: corpus.files, language };
  const own = `prose-${language}` as const;
  if (corpus === own || !asked) return own;
  throw new NeedlescopeError(
    'usage',
    `--language: expected the language of corpus ${corpus}, got ${language}`,
    { hint: `leave --language out, or take --corpus ${own}` },
  );
}
