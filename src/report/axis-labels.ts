import { formatLength } from '../core/length.ts';

/** Labels of a heatmap's columns: lengths as they were asked, `8K`, `100360`, `1M`. */
export function lengthLabels(lengths: readonly number[]): string[] {
  return lengths.map(formatLength);
}

/** A fraction as a percentage without its sign and without needless zeros: 0.0972 → `9.72`, 0.5 → `50`. */
export function percentNumber(fraction: number, decimals = 1): string {
  return String(Number((fraction * 100).toFixed(decimals)));
}

/** Labels of a heatmap's rows in percent, with as many decimals (0 to 4) as keep them apart. */
export function depthLabels(depths: readonly number[]): string[] {
  for (let decimals = 0; decimals < 4; decimals++) {
    const labels = depths.map((depth) => percentNumber(depth, decimals));
    const apart = new Set(labels).size === labels.length;
    // 12 even rows read 0 9 18 … as in the published charts; 2.5 must not be called 3.
    const near = depths.every((depth, i) => Math.abs(depth * 100 - Number(labels[i])) < 0.46);
    if (apart && near) return labels;
  }
  return depths.map((depth) => percentNumber(depth, 4));
}
