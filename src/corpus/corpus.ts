import type { Language } from '../core/language.ts';

/** A text that haystacks are cut from. */
export interface Corpus {
  /** `prose-en`, `prose-zh`, or `files:` with the patterns the user gave. */
  readonly id: string;
  readonly language: Language;
  /** Identity that result keys use: of the cleaned text, or of the generator's data, version and seed. */
  readonly sha256: string;
  readonly text: string;
  readonly origin: 'generated' | 'files';
}
