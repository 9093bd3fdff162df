import type { Language } from '../core/language.ts';

/** A text that haystacks are cut from. */
export interface Corpus {
  /** An id of `list corpora`, or `files:` with the patterns the user gave. */
  readonly id: string;
  readonly language: Language;
  /** Identity that result keys use: of the cleaned text (one copy of it), or of the generator's data, version and seed. */
  readonly sha256: string;
  /** The text: of at least `chars` UTF-16 units where it is endless, else as long as it is. A longer one begins like a shorter. */
  text(chars: number): string;
  readonly origin: 'generated' | 'catalogue' | 'files';
  /** Whether a longer text that begins like this one can be had: generated prose, and texts repeated on purpose. */
  readonly endless: boolean;
  /** Characters after which a repeated text begins again, its blank line included; null where it never does. */
  readonly period: number | null;
  /** What the user should know of the text: what was left out, what may mislead a server. */
  readonly notes: readonly string[];
}
