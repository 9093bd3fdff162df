import { incompleteBeta } from './beta.ts';

/** Chance that a Student variable with `df` degrees of freedom (> 0) lies under `t`. */
export function studentCdf(t: number, df: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t under which a Student variable with `df` degrees of freedom falls with probability `p`, for p in (0, 1). */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  // By the upper tail, where the chances are small numbers and lose no digits.
  const tail = Math.min(p, 1 - p);
  let low = 0;
  let high = 1;
  while (studentCdf(-high, df) > tail && high < 1e12) high *= 2;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(-middle, df) > tail) low = middle;
    else high = middle;
  }
  return p > 0.5 ? high : -high;
}
