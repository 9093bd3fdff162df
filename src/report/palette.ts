/** Colours of everything but the scores: CSS variables inside a page, plain colours in a file of its own. */
export interface HeatmapPalette {
  readonly ink: string;
  readonly soft: string;
  readonly paper: string;
  readonly gap: string;
  readonly hatch: string;
  /** SIMULATED across the plot: seen on scores and on gaps alike. */
  readonly stamp: string;
}
export const pagePalette: HeatmapPalette = {
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  paper: 'var(--paper)',
  gap: 'var(--gap)',
  hatch: 'var(--hatch)',
  stamp: 'var(--stamp)',
};
export const lightPalette: HeatmapPalette = {
  ink: '#1c2126',
  soft: '#59636e',
  paper: '#ffffff',
  gap: '#eceef1',
  hatch: '#c3c9d0',
  stamp: 'rgba(16,21,26,.32)',
};

export const fontStack =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
