import en from '../../corpora/prose-en/manifest.json' with { type: 'json' };
import zh from '../../corpora/prose-zh/manifest.json' with { type: 'json' };
import type { Language } from '../core/language.ts';

interface CatalogueRow {
  readonly language: Language;
  readonly summary: string;
  readonly licence: string;
}

/** The corpora that ship, by id. */
export const corpora = {
  'prose-en': { language: 'en', summary: en.summary, licence: en.licence },
  'prose-zh': { language: 'zh', summary: zh.summary, licence: zh.licence },
} as const satisfies Record<string, CatalogueRow>;
export type CorpusId = keyof typeof corpora;

/** Whether a corpus of this id ships. */
export function isCorpusId(id: string): id is CorpusId {
  return Object.hasOwn(corpora, id);
}
