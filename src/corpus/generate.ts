import { sha256 } from '../core/hash.ts';
import type { Language } from '../core/language.ts';
import { randomStream } from '../core/random.ts';
import { compileGrammar, type Grammar } from './grammar.ts';
import { paragraphWriter } from './paragraph-writer.ts';
import { vocabularies } from './vocabulary.ts';

/** Part of every generated corpus' identity: raise it when the same data and seed would give another text. */
const generatorVersion = 2;
const paragraphBreak = '\n\n';
const sentenceJoints: Readonly<Record<Language, string>> = { en: ' ', zh: '' };

const grammars = new Map<Language, Grammar>();

/**
 * Calm invented prose of at least `chars` UTF-16 units, ending with a whole paragraph. Equal language and seed
 * give texts of which the shorter is the start of the longer, and no sentence occurs twice.
 */
export function generateProse(options: { language: Language; seed: number; chars: number }): string {
  const { language, seed, chars } = options;
  const random = randomStream(seed, 'corpus', language);
  const write = paragraphWriter(grammarOf(language), random, sentenceJoints[language]);
  const paragraphs: string[] = [];
  let length = 0;
  while (length < chars) {
    const paragraph = write();
    length += paragraph.length + (paragraphs.length > 0 ? paragraphBreak.length : 0);
    paragraphs.push(paragraph);
  }
  return paragraphs.join(paragraphBreak);
}

/** The id of a language's generated corpus and a hash of all that shapes its text: data, algorithm version and seed. */
export function generatorIdentity(
  language: Language,
  seed: number,
): { readonly id: `prose-${Language}`; readonly sha256: string } {
  // In the order of the files, not canonical: topics are drawn by their place, so their order shapes the text.
  const shape = JSON.stringify([generatorVersion, seed, language, vocabularies[language]]);
  return { id: `prose-${language}`, sha256: sha256(shape) };
}

function grammarOf(language: Language): Grammar {
  const known = grammars.get(language);
  if (known) return known;
  const made = compileGrammar(vocabularies[language]);
  grammars.set(language, made);
  return made;
}
