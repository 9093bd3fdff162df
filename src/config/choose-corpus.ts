import catalogue from '../../corpora/catalogue.json' with { type: 'json' };
import { NeedlescopeError } from '../core/errors.ts';
import { type Language, languages } from '../core/language.ts';
import { nearest } from '../core/nearest.ts';
import type { FlagValues } from './flags.ts';
import type { Decider } from './layers.ts';
import type { CorpusChoice } from './resolved.ts';
import { type CorpusId, corpusIds, type FileConfig } from './schema.ts';

/**
 * The corpus of a run. --corpus takes an id, or paths with commas between; --language alone takes our prose in that
 * language, and says what language the files are in. Throws `usage` where the two contradict each other.
 */
export function chooseCorpus(file: FileConfig | null, flags: FlagValues, decide: Decider): CorpusChoice {
  const corpus = decide<CorpusChoice>('corpus', {
    flag: flags.corpus === undefined ? undefined : fromFlag(flags.corpus),
    file: file?.corpus === undefined ? undefined : fromFile(file.corpus),
    fallback: 'prose-en',
  });
  if (flags.language === undefined) return corpus;
  return decide('corpus', {
    flag: inLanguage(corpus, flags.language, flags.corpus !== undefined),
    fallback: corpus,
  });
}

function fromFile(written: NonNullable<FileConfig['corpus']>): CorpusChoice {
  if (typeof written === 'string') return written;
  if ('files' in written) {
    const { files, language = 'en', repeat = false } = written;
    return { files: [files].flat(), language, ...(repeat ? { repeat } : {}) };
  }
  // Our prose is as long as it is asked for.
  return written.repeat === true && languageOfProse(written.id) === null
    ? { id: written.id, repeat: true }
    : written.id;
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
  if (typeof corpus === 'object' && 'files' in corpus) return { ...corpus, language };
  const id = typeof corpus === 'string' ? corpus : corpus.id;
  if (languageOf(id) === language) return corpus;
  const prose = `prose-${language}` as const;
  if (!asked) return prose;
  throw new NeedlescopeError('usage', `--language: expected the language of corpus ${id}, got ${language}`, {
    hint: `leave --language out, or take --corpus ${prose}`,
  });
}

function languageOf(id: CorpusId): string {
  return languageOfProse(id) ?? catalogue[id as keyof typeof catalogue].language;
}

function languageOfProse(id: CorpusId): Language | null {
  return languages.find((language) => id === `prose-${language}`) ?? null;
}
