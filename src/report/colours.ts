import { type StyleName, styles } from './styles.ts';

type Rgb = readonly [number, number, number];

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Colours by value from 0 to 1, ascending. */
export type ColourStops = readonly (readonly [number, string])[];

function stopRgb(value: number, stops: ColourStops): Rgb {
  const at = Math.min(1, Math.max(0, value));
  const index = Math.max(
    1,
    stops.findIndex(([stop]) => stop >= at),
  );
  const [from, low] = stops[index - 1] ?? [0, '#000000'];
  const [to, high] = stops[index] ?? [1, '#000000'];
  const share = (at - from) / (to - from);
  const [a, b] = [parseHex(low), parseHex(high)];
  const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a value from 0 to 1 as `#rrggbb`, linear between the stops; out of range is clamped. */
export function stopColour(value: number, stops: ColourStops): string {
  return `#${stopRgb(value, stops)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Red, green and blue (0 to 255) of a score from 0 to 1 in a style. */
export function scoreRgb(score: number, style: StyleName = 'article'): Rgb {
  return stopRgb(score, styles[style].stops);
}

/** The colour of a score from 0 to 1 as `#rrggbb` in a style. */
export function scoreColour(score: number, style: StyleName = 'article'): string {
  return stopColour(score, styles[style].stops);
}
