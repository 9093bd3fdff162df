import type { Language } from '../../core/language.ts';

/** What the reader has chosen; charts and the pane are drawn anew when it changes. */
export interface PageState {
  lang: Language;
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
