type Rgb = readonly [number, number, number];

/** The three colours of Kamradt's published charts, from score 0 to 1; the scale is fixed so that charts compare. */
export const colourStops: readonly (readonly [number, string])[] = [
  [0, '#F0496E'],
  [0.5, '#EBB839'],
  [1, '#0CD79F'],
];

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Red, green and blue (0 to 255) of a score from 0 to 1, linear between the stops; out of range is clamped. */
export function scoreRgb(score: number): Rgb {
  const at = Math.min(1, Math.max(0, score));
  const index = Math.max(
    1,
    colourStops.findIndex(([stop]) => stop >= at),
  );
  const [from, low] = colourStops[index - 1] ?? [0, '#000000'];
  const [to, high] = colourStops[index] ?? [1, '#000000'];
  const share = (at - from) / (to - from);
  const [a, b] = [parseHex(low), parseHex(high)];
  const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** The colour of a score from 0 to 1 as `#rrggbb`. */
export function scoreColour(score: number): string {
  return `#${scoreRgb(score)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;
}
