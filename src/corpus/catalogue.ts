import data from '../../corpora/catalogue.json' with { type: 'json' };
import en from '../../corpora/prose-en/manifest.json' with { type: 'json' };
import zh from '../../corpora/prose-zh/manifest.json' with { type: 'json' };
import type { Language } from '../core/language.ts';

/** One file of a public text: where it lies, and what it must be. */
export interface CatalogueFile {
  /** Names a commit, so that the bytes behind it stay what they are. */
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The words that the text proper begins with: title pages and lists of chapters before them are left out. */
  readonly from?: string;
}

/** A public text that is downloaded on first use. Its files are joined in the order given. */
export interface CatalogueRow {
  readonly language: Language;
  readonly summary: string;
  /** Why everyone may use it. */
  readonly licence: string;
  /** A page to read about it. */
  readonly source: string;
  /** Paragraphs are broken into lines of one width. They are joined again: a line's end must not pass for a sentence's. */
  readonly wrapped?: boolean;
  readonly files: readonly CatalogueFile[];
}

/** The corpora that are written by the program, by id. */
export const generatedCorpora = {
  'prose-en': { language: 'en', summary: en.summary, licence: en.licence },
  'prose-zh': { language: 'zh', summary: zh.summary, licence: zh.licence },
} as const;

/** The public texts that can be downloaded, by id. */
const catalogue = data as unknown as Readonly<Record<keyof typeof data, CatalogueRow>>;

/** A corpus as `list corpora` shows it. */
export interface CorpusFacts {
  readonly id: string;
  readonly origin: 'generated' | 'catalogue';
  readonly language: Language;
  readonly summary: string;
  readonly licence: string;
  /** Where to read about it; null for what ships. */
  readonly source: string | null;
  /** What its first use downloads; null for what ships. */
  readonly bytes: number | null;
}

/** Every corpus that has an id, those that ship first. Looks at no disk. */
export function knownCorpora(): readonly CorpusFacts[] {
  return [
    ...Object.entries(generatedCorpora).map(([id, row]) => ({
      id,
      origin: 'generated' as const,
      ...row,
      source: null,
      bytes: null,
    })),
    ...Object.entries(catalogue).map(([id, { language, summary, licence, source, files }]) => ({
      id,
      origin: 'catalogue' as const,
      language,
      summary,
      licence,
      source,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    })),
  ];
}

/** The row of a public text, or null for any other id. */
export function catalogueRow(id: string): CatalogueRow | null {
  return Object.hasOwn(catalogue, id) ? catalogue[id as keyof typeof catalogue] : null;
}
