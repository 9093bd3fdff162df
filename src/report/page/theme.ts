import type { HeatmapPalette } from '../palette.ts';

/** The colours in force, read from the style sheet. */
export function currentPalette(): HeatmapPalette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: read('--ink'),
    soft: read('--soft'),
    paper: read('--paper'),
    gap: read('--gap'),
    hatch: read('--hatch'),
    stamp: read('--stamp'),
  };
}

/** Calls back when the system or the reader changes between light and dark. */
export function watchTheme(button: HTMLElement | null, changed: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  button?.addEventListener('click', () => {
    const chosen = document.documentElement.dataset['theme'];
    const isDark = chosen === undefined ? system.matches : chosen === 'dark';
    document.documentElement.dataset['theme'] = isDark ? 'light' : 'dark';
    changed();
  });
}
