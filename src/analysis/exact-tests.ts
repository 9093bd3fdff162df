/** Natural logarithms of 0!, 1!, 2! …, as far as they were asked for. */
const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) {
    logFactorials.push((logFactorials[i - 1] as number) + Math.log(i));
  }
  return logFactorials[n] as number;
}

/** Natural logarithm of the number of ways to choose `k` of `n`, whole numbers with 0 <= k <= n. */
function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Chance of `k` or more successes in `n` independent trials of chance `share` (0 < share < 1). Whole numbers. */
export function binomialTail(k: number, n: number, share: number): number {
  if (k <= 0) return 1;
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(logChoose(n, i) + i * Math.log(share) + (n - i) * Math.log1p(-share));
  }
  return Math.min(1, sum);
}

/**
 * McNemar's exact test on the pairs that changed: `oneSided` is the chance of `losses` or more among them if a pair were as
 * likely to be won as lost, `twoSided` twice the smaller tail, at most 1. McNemar, "Note on the sampling error of the
 * difference between correlated proportions or percentages", Psychometrika 12 (1947).
 */
export function mcnemarExact(
  losses: number,
  gains: number,
): { readonly oneSided: number; readonly twoSided: number } {
  const changed = losses + gains;
  const twoSided = Math.min(1, 2 * binomialTail(Math.max(losses, gains), changed, 0.5));
  return { oneSided: binomialTail(losses, changed, 0.5), twoSided };
}

/** Holm's step-down adjustment: each adjusted p, in the order given, at most 1. Holm, Scandinavian Journal of Statistics 6 (1979). */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length).fill(1);
  let least = 0;
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (ps.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}

/**
 * Fisher's exact test between two shares, two-sided: the chance, with all margins fixed, of a table no likelier than this one.
 * Whole numbers; 1 where either side has none.
 */
export function fisherExact(
  a: { readonly k: number; readonly n: number },
  b: { readonly k: number; readonly n: number },
): number {
  const successes = a.k + b.k;
  const all = a.n + b.n;
  const whole = logChoose(all, successes);
  const chance = (k: number): number => Math.exp(logChoose(a.n, k) + logChoose(b.n, successes - k) - whole);
  // Tables as likely as the one seen count, whatever the last bits say.
  const limit = chance(a.k) * (1 + 1e-9);
  let sum = 0;
  for (let k = Math.max(0, successes - b.n); k <= Math.min(a.n, successes); k++) {
    const each = chance(k);
    if (each <= limit) sum += each;
  }
  return Math.min(1, sum);
}
