import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { Language } from '../core/language.ts';
import { nearest } from '../core/nearest.ts';
import { corpora, isCorpusId } from './catalogue.ts';
import type { Corpus } from './corpus.ts';

/** A corpus as a config names it: one that ships, or the user's own files (paths or globs). */
export type CorpusSpec = string | { readonly files: string | readonly string[]; readonly language: Language };

/**
 * The corpus a spec names. Generated prose has at least `chars` UTF-16 units and depends on `seed`; files are loaded
 * whole, relative to `baseDir`. Throws `unknown_name` for an id that does not ship, `corpus_unusable` for bad files.
 */
export async function loadCorpus(
  spec: CorpusSpec,
  options: { readonly seed: number; readonly chars: number; readonly baseDir: string },
): Promise<Corpus> {
  if (typeof spec !== 'string') {
    const patterns = typeof spec.files === 'string' ? [spec.files] : spec.files;
    // Loaded here only, as is the generator below: most commands need neither.
    const { readTextFiles } = await import('./text-files.ts');
    const text = await readTextFiles(patterns, options.baseDir);
    return {
      id: `files:${patterns.join(',')}`,
      language: spec.language,
      sha256: sha256(text),
      text,
      origin: 'files',
    };
  }
  if (!isCorpusId(spec)) throw unknownCorpus(spec);
  const { generateProse, generatorIdentity } = await import('./generate.ts');
  const { language } = corpora[spec];
  const text = generateProse({ language, seed: options.seed, chars: options.chars });
  return { ...generatorIdentity(language, options.seed), language, text, origin: 'generated' };
}

function unknownCorpus(id: string): NeedlescopeError {
  const names = Object.keys(corpora);
  const close = nearest(id, names);
  return new NeedlescopeError(
    'unknown_name',
    `expected a corpus that ships (${names.join(', ')}), got ${JSON.stringify(id)}`,
    {
      hint: close
        ? `did you mean ${close}?`
        : 'for your own texts write corpus: {files: "texts/*.txt", language: en}',
    },
  );
}
