import type { Random } from '../core/random.ts';
import type { Stratum } from './comparison.ts';
import { leastCoverage } from './effective-length.ts';
import { holm } from './exact-tests.ts';
import { normalQuantile } from './normal.ts';
import { pairedClusters } from './paired-clusters.ts';
import type { PairedEvidence } from './paired-evidence.ts';
import { pairedShares } from './paired-shares.ts';

/** The chance of one false regression in a whole comparison. */
const errorRate = 0.05;
/** The chance with which *minimum detectable* and *more trials* speak. */
const power = 0.8;
/** More trials than this are no advice. */
const mostTrials = 100_000;

/** One pair that counts: both scores (0 for an unscored side) and the name of its cluster. */
export interface ComparedPair {
  readonly base: number;
  readonly candidate: number;
  readonly cluster: string;
  readonly trial: number;
}

/** What is known of a stratum before it is judged. */
export interface StratumPairs
  extends Pick<
    Stratum,
    'id' | 'baseModel' | 'candidateModel' | 'task' | 'contextLength' | 'planned' | 'leftOut'
  > {
  readonly compared: readonly ComparedPair[];
}

/**
 * All strata of a comparison judged together, in the order given: Holm's correction, and so 5 % for one false regression among all
 * of them, for losses and for gains alike. A stratum with under 95 % of its planned cells in pairs is incomplete and not
 * tested. `random` names a stream for each stratum.
 */
export function judgeStrata(
  strata: readonly StratumPairs[],
  options: { readonly tolerance: number; readonly random: (id: string) => Random },
): Stratum[] {
  const { tolerance, random } = options;
  const weighed = strata.map((stratum) => ({
    stratum,
    evidence: evidenceOf(stratum.compared, () => random(stratum.id)),
    tested: isComplete(stratum),
  }));
  const tested = weighed.filter((each) => each.tested);
  const adjust = (pOf: (evidence: PairedEvidence) => number): (number | undefined)[] => {
    const adjusted = holm(tested.map(({ evidence }) => (evidence === null ? 1 : pOf(evidence))));
    return weighed.map((each) => adjusted[tested.indexOf(each)]);
  };
  const losses = adjust((evidence) => evidence.lossP(tolerance));
  const gains = adjust((evidence) => evidence.gainP(tolerance));
  return weighed.map(({ stratum, evidence }, index) =>
    judge(stratum, {
      evidence,
      tolerance,
      loss: losses[index],
      gain: gains[index],
      level: errorRate / Math.max(1, tested.length),
    }),
  );
}

/** The pairs as evidence: exact where each pair is a pass or a fail on a text of its own, by clusters otherwise; null without pairs. */
function evidenceOf(pairs: readonly ComparedPair[], random: () => Random): PairedEvidence | null {
  if (pairs.length === 0) return null;
  const clusters = new Map<string, number[]>();
  for (const { base, candidate, cluster } of pairs) {
    const known = clusters.get(cluster);
    if (known === undefined) clusters.set(cluster, [candidate - base]);
    else known.push(candidate - base);
  }
  const isPass = (value: number): boolean => value === 0 || value === 1;
  const passes = pairs.every(({ base, candidate }) => isPass(base) && isPass(candidate));
  if (passes && clusters.size === pairs.length) return pairedShares({ ...changesIn(pairs), n: pairs.length });
  return pairedClusters([...clusters.values()], random);
}

interface Judging {
  readonly evidence: PairedEvidence | null;
  readonly tolerance: number;
  /** Adjusted p; undefined where the stratum is not tested. */
  readonly loss: number | undefined;
  readonly gain: number | undefined;
  /** What Holm leaves for the first of the strata. */
  readonly level: number;
}

function judge({ compared, ...stratum }: StratumPairs, judging: Judging): Stratum {
  const { evidence, tolerance, loss, gain, level } = judging;
  const pairs = compared.length;
  const verdict = verdictOf(judging);
  const lasting = {
    ...stratum,
    pairs,
    ...changesIn(compared),
    base: pairs === 0 ? null : meanOf(compared.map(({ base }) => base)),
    candidate: pairs === 0 ? null : meanOf(compared.map(({ candidate }) => candidate)),
    verdict,
  };
  if (evidence === null) {
    const nothing = { difference: null, minimumDetectable: null, moreTrials: null };
    return { ...lasting, ...nothing, test: 'mcnemar', clusters: 0, p: 1, pAdjusted: 1 };
  }
  const confidence = 1 - errorRate;
  return {
    ...lasting,
    difference: {
      mean: evidence.mean,
      lower: evidence.lower(confidence),
      upper: evidence.upper(confidence),
    },
    test: evidence.test,
    clusters: evidence.clusters,
    p: evidence.lossP(tolerance),
    pAdjusted: loss ?? 1,
    minimumDetectable: minimumDetectable(evidence, { pairs, tolerance, level }),
    moreTrials:
      verdict === 'inconclusive' && gain !== undefined
        ? moreTrials(evidence, { pairs, trials: trialsIn(compared), tolerance, level })
        : null,
  };
}

function verdictOf({ evidence, tolerance, loss, gain }: Judging): Stratum['verdict'] {
  if (evidence === null || loss === undefined || gain === undefined) return 'incomplete';
  if (loss <= errorRate) return 'regression';
  if (gain <= errorRate) return 'improved';
  const confidence = 1 - errorRate;
  const within = evidence.lower(confidence) > -tolerance && evidence.upper(confidence) < tolerance;
  return within ? 'same' : 'inconclusive';
}

/** Cells unscored on both sides were asked and answered: they are no gap, and no evidence either. */
function isComplete({ planned, compared, leftOut }: StratumPairs): boolean {
  return compared.length > 0 && (compared.length + leftOut.unscored) / planned >= leastCoverage;
}

/** The drop at which the test finds it with 80 % chance: the noise there is, and that of the drop itself. */
function minimumDetectable(
  { noise }: PairedEvidence,
  { pairs, tolerance, level }: { readonly pairs: number; readonly tolerance: number; readonly level: number },
): number {
  const z = normalQuantile(1 - level) + normalQuantile(power);
  let drop = 0;
  for (let i = 0; i < 100; i++) {
    drop = Math.min(1, tolerance + z * Math.sqrt((noise + drop * (1 - drop)) / pairs));
  }
  return drop;
}

/** Trials a cell to add, were the difference as it seems: until it shows as a loss, as a gain, or as nothing within tolerance. */
function moreTrials(
  { mean, variance }: PairedEvidence,
  has: {
    readonly pairs: number;
    readonly trials: number;
    readonly tolerance: number;
    readonly level: number;
  },
): number | null {
  const { pairs, trials, tolerance, level } = has;
  const away = Math.abs(mean) - tolerance;
  const z = normalQuantile(1 - (away > 0 ? level : errorRate)) + normalQuantile(power);
  const needed = (z * z * variance) / (away * away);
  const more = Math.ceil(((needed - pairs) * trials) / pairs);
  return Number.isFinite(more) && more <= mostTrials ? Math.max(1, more) : null;
}

function trialsIn(pairs: readonly ComparedPair[]): number {
  return new Set(pairs.map(({ trial }) => trial)).size;
}

function changesIn(pairs: readonly ComparedPair[]): { readonly losses: number; readonly gains: number } {
  return {
    losses: pairs.filter(({ base, candidate }) => candidate < base).length,
    gains: pairs.filter(({ base, candidate }) => candidate > base).length,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
