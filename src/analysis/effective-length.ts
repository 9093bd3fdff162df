import { oneSidedBounds } from './estimate.ts';
import { exactBounds, shortfallP } from './exact-bounds.ts';
import type { CellSummary, EffectiveLength, Estimate, LengthSummary } from './panel.ts';

/** The bar of RULER's 13-task average (Llama 2 7B chat at 4K); for the suite `ruler` and for any task by choice. */
export const rulerBar = 0.856;

/** The share of a model's own base that single tasks must hold by default, as in NoLiMa. */
export const relativeShare = 0.85;
/** A base under this is too low to have an effective length. */
const leastBase = 0.5;
const leastBaseLengths = 3;
const leastBaseCells = 30;
/** A length that scored a smaller share of its cells cannot hold a bar. */
export const leastCoverage = 0.95;
const errorRate = 0.05;

/** How the bar is set: given, for the mean of a length or for each of its depths, or a share of the model's own base. */
export type BarRule =
  | { readonly rule: 'absolute' | 'all_depths'; readonly bar: number }
  | { readonly rule: 'relative'; readonly share: number };

/** Why a panel has no effective length, in plain words. */
export const noEffectiveReasons = {
  imported: 'imported: one answer a cell',
  fewLengths: 'fewer than 3 short lengths',
  fewCells: 'fewer than 30 short cells',
  lowBase: 'base under 50 %',
} as const;
export type NoEffectiveReason = (typeof noEffectiveReasons)[keyof typeof noEffectiveReasons];

/** Either the bracket or the reason there is none. */
export type EffectiveVerdict =
  | { readonly effective: EffectiveLength; readonly reason: null }
  | { readonly effective: null; readonly reason: NoEffectiveReason };

/**
 * Effective length as a bracket over the tested `lengths` (ascending). *Shown* is the largest length up to which every
 * tested length has 95 % of its cells scored and a one-sided 95 % lower bound at the bar or above. *Not disproved* is the
 * largest length with scored cells up to which no length is shown to lie under the bar, with 5 % for all lengths together
 * (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979). Shown
 * never exceeds not disproved. By the rule `all_depths` every depth of a length must hold the bar, with its own cells alone:
 * `cells[depthIndex][lengthIndex]`.
 */
export function effectiveLength(
  lengths: readonly LengthSummary[],
  rule: BarRule,
  cells: readonly (readonly CellSummary[])[] = [],
): EffectiveVerdict {
  const bar: Bar | NoEffectiveReason =
    rule.rule === 'relative' ? relativeBar(lengths, rule.share) : { value: rule.bar, above: 0, below: 0 };
  if (typeof bar === 'string') return { effective: null, reason: bar };
  const judged = lengths.map(({ contextLength, coverage, score }, index) => ({
    contextLength,
    coverage,
    scores: rule.rule === 'all_depths' ? cells.map((line) => line[index]?.score ?? null) : [score],
  }));
  const disproved = disprovedLengths(judged, bar);
  let shown: number | null = null;
  for (const length of judged) {
    if (!holds(length, bar)) break;
    shown = length.contextLength;
  }
  let notDisproved: number | null = null;
  for (const length of lengths) {
    if (disproved.has(length.contextLength)) break;
    // A length nobody answered at is no evidence: it neither ends the bracket nor extends it.
    if (length.score !== null) notDisproved = length.contextLength;
  }
  const counts = lengths.map((length) => length.scored).filter((scored) => scored > 0);
  const cellsPerLength = counts.length === 0 ? 0 : Math.min(...counts);
  const { value } = bar;
  return { effective: { bar: value, rule: rule.rule, cellsPerLength, shown, notDisproved }, reason: null };
}

/** A bar, and how far over and under it the true one may lie with 95 % confidence: 0 where it was given. */
interface Bar {
  readonly value: number;
  readonly above: number;
  readonly below: number;
}

/** A length with the scores that must each hold the bar: its own, or those of its depths. */
interface Judged {
  readonly contextLength: number;
  readonly coverage: number;
  readonly scores: readonly (Estimate | null)[];
}

/**
 * Whether one length, taken alone, holds the bar: enough of its cells scored, and its lower bounds at the bar or above. Where the bar is
 * itself measured, both errors are added as squares (Zou and Donner, "Construction of confidence limits about effect
 * measures", Statistics in Medicine 27, 2008).
 */
function holds({ coverage, scores }: Judged, { value, above }: Bar): boolean {
  if (coverage < leastCoverage) return false;
  return scores.every((score) => {
    if (score === null) return false;
    const { lower } = oneSidedBounds(score);
    return lower >= value && score.mean - value >= Math.hypot(score.mean - lower, above) - rounding;
  });
}

/**
 * `share` of the base, or why there is none. The base is the mean over all scored cells of the short lengths: of those with
 * 95 % coverage the shortest three, and more until they hold 30 scored cells, but never more than half the tested lengths
 * (three of up to six), since a base must not lean on the lengths it judges.
 */
function relativeBar(lengths: readonly LengthSummary[], share: number): Bar | NoEffectiveReason {
  const most = Math.max(leastBaseLengths, Math.ceil(lengths.length / 2));
  const used: Estimate[] = [];
  let cells = 0;
  for (const { score, coverage } of lengths) {
    if (used.length >= most || (used.length >= leastBaseLengths && cells >= leastBaseCells)) break;
    if (score === null || coverage < leastCoverage) continue;
    used.push(score);
    cells += score.n;
  }
  if (used.length < leastBaseLengths) return noEffectiveReasons.fewLengths;
  if (cells < leastBaseCells) return noEffectiveReasons.fewCells;
  const base = used.reduce((sum, { mean, n }) => sum + mean * n, 0) / cells;
  if (base < leastBase) return noEffectiveReasons.lowBase;
  const effectiveN = used.reduce((sum, each) => sum + each.effectiveN, 0);
  const { lower, upper } = exactBounds(Math.min(base, 1) * effectiveN, effectiveN, 1 - errorRate);
  return { value: base * share, above: share * (upper - base), below: share * (base - lower) };
}

/**
 * The lengths with a mean too low for the bar, while the chance of one false finding stays at 5 % for all together: the lowest are held
 * against Holm's levels one after another, each by its upper bound.
 */
function disprovedLengths(lengths: readonly Judged[], { value, below }: Bar): ReadonlySet<number> {
  const tested = lengths
    .flatMap(({ contextLength, scores }) =>
      scores.flatMap((score) =>
        score === null
          ? []
          : [{ contextLength, score, p: shortfallP(score.mean * score.effectiveN, score.effectiveN, value) }],
      ),
    )
    .sort((a, b) => a.p - b.p);
  const disproved = new Set<number>();
  for (const [rank, { contextLength, score }] of tested.entries()) {
    const { mean, effectiveN } = score;
    const { upper } = exactBounds(mean * effectiveN, effectiveN, 1 - errorRate / (tested.length - rank));
    if (upper >= value || value - mean <= Math.hypot(upper - mean, below)) break;
    disproved.add(contextLength);
  }
  return disproved;
}

/** A bound at the bar and no further must hold it, whatever the last bits of a root say. */
const rounding = 1e-12;
