import type { Language } from '../../core/language.ts';
import { escapeHtml } from './escape.ts';
import { type StringKey, text, type Variables } from './strings.ts';

const other = (lang: Language): Language => (lang === 'en' ? 'zh' : 'en');

/**
 * An element whose text exists in both languages: one is shown, the other waits in `data-other` and the page's
 * switch swaps them. `of` gives the plain text of a language.
 */
export function bilingual(
  lang: Language,
  of: (lang: Language) => string,
  tag = 'span',
  attributes = '',
): string {
  const [shown, waiting] = [of(lang), of(other(lang))];
  const swap = shown === waiting ? '' : ` data-other="${escapeHtml(waiting)}"`;
  return `<${tag}${attributes === '' ? '' : ` ${attributes}`}${swap}>${escapeHtml(shown)}</${tag}>`;
}

/** A text of the dictionary as such an element. */
export function phrase(lang: Language, key: StringKey, variables: Variables = {}): string {
  return bilingual(lang, (each) => text(each, key, variables));
}

/** Text from outside (names, answers): escaped, and isolated so that right-to-left characters stay in their place. */
export function foreign(value: string): string {
  return `<bdi>${escapeHtml(value)}</bdi>`;
}
