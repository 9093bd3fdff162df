import type { Language } from '../../core/language.ts';
import type { ScoreScale, StyleName } from '../styles.ts';

/** What the reader has chosen; charts and the pane are drawn anew when it changes. */
export interface PageState {
  lang: Language;
  style: StyleName;
  scale: ScoreScale;
}

/** An element with properties and children; text goes in as text, never as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Characters that no reader sees but a display obeys are written out: an answer must not rearrange itself. */
export function visible(value: string): string {
  return value.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `‹U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}
