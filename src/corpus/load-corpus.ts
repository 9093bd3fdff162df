import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { Language } from '../core/language.ts';
import { nearest } from '../core/nearest.ts';
import { catalogueRow, generatedCorpora, knownCorpora } from './catalogue.ts';
import type { Corpus } from './corpus.ts';
import type { GatheredText } from './gathered-text.ts';
import type { CorpusProgress } from './public-text.ts';
import { repeatPeriod, repeatText } from './repeat-text.ts';

/** A corpus as a config names it: by id, or the user's own files (paths or globs). `repeat` makes it as long as needed. */
export type CorpusSpec =
  | string
  | { readonly id: string; readonly repeat: boolean }
  | { readonly files: string | readonly string[]; readonly language: Language; readonly repeat?: boolean };

export interface LoadCorpusOptions {
  /** What generated prose is drawn from. */
  readonly seed: number;
  /** What files are relative to. */
  readonly baseDir: string;
  /** Where downloads are kept; null or nothing keeps none. */
  readonly cacheDir?: string | null | undefined;
  /** Called while a public text is downloaded. */
  readonly onProgress?: ((progress: CorpusProgress) => void) | undefined;
  /** Stops a download; loading then throws `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The corpus a spec names. Files and public texts are loaded whole; generated prose is written when it is asked for. Throws
 * `unknown_name` for an id that nobody knows, `corpus_unusable` for bad files and failed downloads.
 */
export async function loadCorpus(spec: CorpusSpec, options: LoadCorpusOptions): Promise<Corpus> {
  // The three sources are loaded here only: most commands need none of them.
  if (typeof spec === 'object' && 'files' in spec) {
    const patterns = typeof spec.files === 'string' ? [spec.files] : spec.files;
    const { readTextFiles } = await import('./text-files.ts');
    const read = await readTextFiles(patterns, options.baseDir);
    const { language, repeat = false } = spec;
    return fixedText(read, { id: `files:${patterns.join(',')}`, language, origin: 'files', repeat });
  }
  const id = typeof spec === 'string' ? spec : spec.id;
  if (isGenerated(id)) {
    const { language } = generatedCorpora[id];
    const { generateProse, generatorIdentity } = await import('./generate.ts');
    const { seed } = options;
    return {
      ...generatorIdentity(language, seed),
      language,
      text: (chars) => generateProse({ language, seed, chars }),
      origin: 'generated',
      endless: true,
      period: null,
      notes: [],
    };
  }
  const row = catalogueRow(id);
  if (row === null) throw unknownCorpus(id);
  const { publicText } = await import('./public-text.ts');
  const { cacheDir = null, onProgress, signal } = options;
  const read = await publicText(id, row, { cacheDir, onProgress, signal });
  const repeat = typeof spec === 'object' && spec.repeat;
  return fixedText(read, { id, language: row.language, origin: 'catalogue', repeat });
}

/** The language of a corpus, known before it is loaded. Throws `unknown_name`. */
export function corpusLanguage(spec: CorpusSpec): Language {
  if (typeof spec === 'object' && 'files' in spec) return spec.language;
  const id = typeof spec === 'string' ? spec : spec.id;
  if (isGenerated(id)) return generatedCorpora[id].language;
  const row = catalogueRow(id);
  if (row === null) throw unknownCorpus(id);
  return row.language;
}

/** A corpus of a text that is as long as it is, or repeated. */
function fixedText(
  { text, notes }: GatheredText,
  facts: Pick<Corpus, 'id' | 'language' | 'origin'> & { readonly repeat: boolean },
): Corpus {
  const { id, language, origin, repeat } = facts;
  return {
    id,
    language,
    origin,
    // Of one copy: how often it is repeated depends on the grid, and a grown grid keeps its keys.
    sha256: sha256(text),
    text: (chars) => (repeat ? repeatText(text, chars) : text),
    endless: repeat,
    period: repeat ? repeatPeriod(text) : null,
    notes,
  };
}

function isGenerated(id: string): id is keyof typeof generatedCorpora {
  return Object.hasOwn(generatedCorpora, id);
}

function unknownCorpus(id: string): NeedlescopeError {
  const names = knownCorpora().map((corpus) => corpus.id);
  const close = nearest(id, names);
  return new NeedlescopeError(
    'unknown_name',
    `expected a corpus of the catalogue (${names.join(', ')}), got ${JSON.stringify(id)}`,
    {
      hint: close
        ? `did you mean ${close}?`
        : 'for your own texts write corpus: {files: "texts/*.txt", language: en}',
    },
  );
}
