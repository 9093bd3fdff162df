/** What one call took. */
export interface TimedCall {
  /** Tokens that the server had to read: those from its cache left out. */
  readonly tokens: number;
  readonly ms: number;
}

/** The milliseconds that a call of so many tokens is expected to take. */
export type Speed = (tokens: number) => number;

/** Reading a prompt costs time for each token, attention for each pair of them; sending and answering cost the same for all. */
const terms: readonly ((n: number) => number)[] = [() => 1, (n) => n, (n) => n * n];

/** What a fit may be made of, by index into `terms`: never more than the lengths that were seen. */
const shapes: readonly (readonly number[])[] = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];

/** Passes of re-weighting. Three settle a fit that an outlier had bent. */
const passes = 3;

/** Residuals beyond so many times the usual one count less (Huber). */
const outlier = 2;

/** Fits are told apart no finer than by a residual of five percent: less is luck, and would choose the wildest curve. */
const leastSpread = 0.05;

/**
 * How long calls take by their length, from those that were seen; null where there are none. A robust fit of
 * a + b·n + c·n² with no coefficient below 0, by relative residuals, the curves that explain the calls averaged by their weight
 * (exp(−BIC / 2)), since a curve that fits short calls well may be far off for long ones.
 */
export function fitSpeed(calls: readonly TimedCall[]): Speed | null {
  if (calls.length === 0) return null;
  // Lengths as shares of the longest: squares of token counts would leave the equations few digits.
  const unit = Math.max(1, ...calls.map(({ tokens }) => tokens));
  const points = calls.map(({ tokens, ms }) => ({ n: tokens / unit, ms: Math.max(ms, 1) }));
  const lengths = new Set(points.map(({ n }) => n)).size;
  if (lengths === 1) return fromOneLength(points, unit);
  const curves = shapes
    .filter((shape) => shape.length < lengths || (shape.length === 2 && lengths === 2))
    .flatMap((shape) => fitCurve(points, shape));
  const best = Math.min(...curves.map(({ bic }) => bic));
  const weighed = curves.map((curve) => ({ ...curve, weight: Math.exp((best - curve.bic) / 2) }));
  const sum = weighed.reduce((total, { weight }) => total + weight, 0);
  return (tokens) => {
    const n = tokens / unit;
    // Averaged as logarithms: one wild curve of little weight must not set the scale.
    const log = weighed.reduce((total, { weight, at }) => total + weight * Math.log(Math.max(at(n), 1)), 0);
    return Math.exp(log / sum);
  };
}

interface Point {
  /** Tokens, as a share of the longest call's. */
  readonly n: number;
  readonly ms: number;
}

interface Curve {
  readonly bic: number;
  at(n: number): number;
}

/** One length tells nothing about others: half of its time is taken to be the same for all, half to grow with them. */
function fromOneLength(points: readonly Point[], unit: number): Speed {
  const ms = median(points.map((point) => point.ms));
  return (tokens) => ms * (0.5 + tokens / unit / 2);
}

/** The least-squares curve of one shape; none where a coefficient would be negative. */
function fitCurve(points: readonly Point[], shape: readonly number[]): Curve[] {
  let weights = points.map(({ ms }) => 1 / ms ** 2);
  let factors: readonly number[] | null = null;
  let spread = leastSpread;
  let residuals: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    factors = leastSquares(points, shape, weights);
    if (factors === null || factors.some((factor) => factor < 0)) return [];
    const at = curveOf(shape, factors);
    const expected = points.map(({ n }) => Math.max(at(n), 1e-6));
    residuals = points.map(({ ms }, i) => ms / (expected[i] as number) - 1);
    spread = Math.max(leastSpread, 1.4826 * median(residuals.map(Math.abs)));
    weights = residuals.map((residual, i) => {
      const far = Math.abs(residual) / spread / outlier;
      return (far > 1 ? 1 / far : 1) / (expected[i] as number) ** 2;
    });
  }
  if (factors === null) return [];
  const at = curveOf(shape, factors);
  const squares = residuals.reduce((total, r) => total + Math.min(Math.abs(r), 4 * outlier * spread) ** 2, 0);
  const n = points.length;
  const bic = n * Math.log(Math.max(squares / n, leastSpread ** 2)) + shape.length * Math.log(n);
  return [{ bic, at }];
}

function curveOf(shape: readonly number[], factors: readonly number[]): (n: number) => number {
  return (n) => shape.reduce((sum, term, i) => sum + (factors[i] as number) * (terms[term]?.(n) ?? 0), 0);
}

/** Weighted least squares by the normal equations, of at most three unknowns; null where they have no one solution. */
function leastSquares(
  points: readonly Point[],
  shape: readonly number[],
  weights: readonly number[],
): number[] | null {
  const size = shape.length;
  const rows = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (const [i, { n, ms }] of points.entries()) {
    const x = shape.map((term) => terms[term]?.(n) ?? 0);
    const weight = weights[i] as number;
    for (const [r, row] of rows.entries()) {
      for (let c = 0; c < size; c++)
        row[c] = (row[c] as number) + weight * (x[r] as number) * (x[c] as number);
      row[size] = (row[size] as number) + weight * (x[r] as number) * ms;
    }
  }
  return solve(rows);
}

/** Gauss-Jordan on an augmented matrix. */
function solve(rows: number[][]): number[] | null {
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.slice(pivot).reduce((at, row, i) => {
      return Math.abs(row[pivot] as number) > Math.abs(rows[at]?.[pivot] as number) ? pivot + i : at;
    }, pivot);
    [rows[pivot], rows[best]] = [rows[best] as number[], rows[pivot] as number[]];
    const row = rows[pivot] as number[];
    const head = row[pivot] as number;
    if (Math.abs(head) < 1e-30) return null;
    for (const [r, other] of rows.entries()) {
      if (r === pivot) continue;
      const factor = (other[pivot] as number) / head;
      for (let c = pivot; c <= size; c++) other[c] = (other[c] as number) - factor * (row[c] as number);
    }
  }
  return rows.map((row, i) => (row[size] as number) / (row[i] as number));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
