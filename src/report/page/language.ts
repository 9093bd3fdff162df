import type { Language } from '../../core/language.ts';

function swap(node: Element): void {
  const waiting = node.getAttribute('data-other');
  if (waiting === null) return;
  node.setAttribute('data-other', node.textContent ?? '');
  node.textContent = waiting;
}

/** The language the page was written in. */
function writtenLanguage(): Language {
  return document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
}

/** The language to start with: the reader's, where the file leaves it open, else the file's. */
export function startLanguage(): Language {
  if (document.documentElement.dataset['lang'] !== 'auto') return writtenLanguage();
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Swaps every text that waits in the other language, and the page's `lang`. */
export function showLanguage(lang: Language): void {
  if (lang === writtenLanguage()) return;
  for (const node of document.querySelectorAll('[data-other]')) swap(node);
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
}
