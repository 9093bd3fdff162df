import type { Bilingual } from '../core/language.ts';
import { percentNumber } from './axis-labels.ts';
import type { HeatmapFigure } from './figure.ts';

/** How scores are written: in percent, or from 1 to 10 as a judge gave them in the published charts. */
export const scoreScales = ['percent', 'ten'] as const;
export type ScoreScale = (typeof scoreScales)[number];

export interface ChartStyle {
  readonly name: Bilingual;
  /** Colours from score 0 to 1. The scale is fixed, so that charts compare. */
  readonly stops: readonly (readonly [number, string])[];
  readonly scale: ScoreScale;
  readonly grid: 'dotted' | 'none';
  /** Glyphs on scored cells. */
  readonly onScores: string;
  /** SIMULATED across the plot, where the page's own colour would be lost on these; else null. */
  readonly stamp: string | null;
  /** Lengths as `8000` and depths as `9.0`, as matplotlib wrote them, instead of `8K` and `9`. */
  readonly plainNumbers: boolean;
}

/** The looks a heatmap can have; a new one is a row here. */
export const styles = {
  article: {
    name: { en: 'Article', zh: '文章' },
    // The three colours of Kamradt's published charts.
    stops: [
      [0, '#F0496E'],
      [0.5, '#EBB839'],
      [1, '#0CD79F'],
    ],
    scale: 'percent',
    grid: 'dotted',
    onScores: '#10151a',
    stamp: null,
    plainNumbers: false,
  },
  accessible: {
    name: { en: 'Colour-blind safe', zh: '色盲友好' },
    // Cividis: Nuñez, Anderton and Renslow, PLoS ONE 13 (2018), at every eighth; read alike with and without colour deficiency.
    stops: [
      [0, '#00224E'],
      [0.125, '#1B3A6D'],
      [0.25, '#404C6B'],
      [0.375, '#5F5F6E'],
      [0.5, '#7C7B78'],
      [0.625, '#9B9375'],
      [0.75, '#BCAD6C'],
      [0.875, '#DDC95B'],
      [1, '#FEE838'],
    ],
    scale: 'percent',
    grid: 'dotted',
    onScores: '#ff2d95',
    // Seen on yellow and on navy, by day and by night.
    stamp: 'rgba(122,122,132,.82)',
    plainNumbers: false,
  },
  deepseek: {
    name: { en: 'DeepSeek-V2 report', zh: 'DeepSeek-V2 报告' },
    // Read off figures/niah.png of deepseek-ai/DeepSeek-V2, scores 1, 3, 5.5, 7 and 10.
    stops: [
      [0, '#E6536F'],
      [2 / 9, '#E57E5B'],
      [0.5, '#E5B942'],
      [2 / 3, '#A2C15F'],
      [1, '#45D59F'],
    ],
    scale: 'ten',
    grid: 'dotted',
    onScores: '#10151a',
    stamp: null,
    plainNumbers: false,
  },
  glm: {
    name: { en: 'GLM-4 report', zh: 'GLM-4 报告' },
    // Read off resources/eval_needle.jpeg of THUDM/GLM-4.
    stops: [
      [0, '#CF4C6B'],
      [0.5, '#DBB745'],
      [1, '#7BD3A0'],
    ],
    scale: 'ten',
    grid: 'none',
    onScores: '#10151a',
    stamp: null,
    plainNumbers: true,
  },
} as const satisfies Record<string, ChartStyle>;
export type StyleName = keyof typeof styles;
export const styleNames = Object.keys(styles) as readonly StyleName[];

/** A score from 0 to 1 as written on a scale, without a unit: 0.5 → `50` or `5.5`. */
export function scoreNumber(score: number, scale: ScoreScale, decimals = 1): string {
  return scale === 'percent' ? percentNumber(score, decimals) : String(Number((1 + 9 * score).toFixed(2)));
}

/** The same with its unit: `50 %`, `5.5 / 10`. */
export function scoreWithUnit(score: number, scale: ScoreScale): string {
  return `${scoreNumber(score, scale)} ${scale === 'percent' ? '%' : '/ 10'}`;
}

/** Where a colour bar is labelled: places from 0 to 1 and what stands there. */
export function scaleTicks(scale: ScoreScale): readonly (readonly [number, string])[] {
  return scale === 'percent'
    ? [0, 25, 50, 75, 100].map((percent) => [percent / 100, String(percent)] as const)
    : Array.from({ length: 10 }, (_, i) => [i / 9, String(i + 1)] as const);
}

/** A figure with its labels written as a style writes them. */
export function inStyle(figure: HeatmapFigure, style: StyleName): HeatmapFigure {
  if (!styles[style].plainNumbers) return figure;
  // 9.09 % reads 9.0 in the published chart: one decimal of a whole number.
  const whole = figure.yLabels.every((label) => /^\d+$/.test(label));
  return {
    ...figure,
    xLabels: figure.lengths.map(String),
    yLabels: whole ? figure.yLabels.map((label) => `${label}.0`) : figure.yLabels,
  };
}
