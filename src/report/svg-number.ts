/** A coordinate for SVG with at most `decimals` digits after the point and no needless zeros. */
export function num(value: number, decimals = 2): string {
  return String(Number(value.toFixed(decimals)));
}
