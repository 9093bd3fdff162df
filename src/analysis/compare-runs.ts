import { NeedlescopeError } from '../core/errors.ts';
import { randomStream } from '../core/random.ts';
import type { Result } from '../core/result.ts';
import type { Grid } from '../results/manifest.ts';
import type { RunData } from '../results/run-data.ts';
import { clusterNames, haystacksOf } from './clusters.ts';
import type { ComparedRun, Comparison, ComparisonVerdict, Stratum } from './comparison.ts';
import { pairRows, type RowPair } from './pair-rows.ts';
import { placeRows } from './place-rows.ts';
import { type ComparedPair, judgeStrata, type StratumPairs } from './stratum.ts';

export interface CompareOptions {
  /** Drops up to this share (0 to 1) are accepted. @default 0 */
  readonly tolerance?: number;
  /** Compare these two models; by default models of one name, or the only one of each run. */
  readonly models?: ModelPair;
}

interface ModelPair {
  readonly base: string;
  readonly candidate: string;
}

/**
 * `candidate` against `base`, cell by cell on the same prompts. Throws `results_unusable` where the runs have no prompt in
 * common, `usage` where it is not clear which models to compare.
 */
export function compareRuns(base: RunData, candidate: RunData, options: CompareOptions = {}): Comparison {
  const tolerance = options.tolerance ?? 0;
  const models = options.models === undefined ? modelPairs(base, candidate) : [options.models];
  const rows = { base: placedRows(base), candidate: placedRows(candidate) };
  const compared = models.map((pair) => {
    const own = {
      base: rows.base.filter(({ cell }) => cell.model === pair.base),
      candidate: rows.candidate.filter(({ cell }) => cell.model === pair.candidate),
    };
    return { pair, own, pairs: pairRows(own.base, own.candidate) };
  });
  const pairs = compared.flatMap((each) => each.pairs);
  if (pairs.length === 0) throw nothingInCommon(base, candidate);
  const strata = judgeStrata(
    compared.flatMap((each) => strataOf(base, candidate, each)),
    { tolerance, random: (id) => randomStream(base.manifest.seed, 'compare', id) },
  );
  const sideOf = (run: RunData, asked: number): ComparedRun => ({
    run: run.manifest.run,
    dir: run.dir,
    startedAt: run.manifest.startedAt,
    unpaired: asked - pairs.length,
  });
  return {
    v: 1,
    base: sideOf(
      base,
      compared.reduce((sum, { own }) => sum + own.base.length, 0),
    ),
    candidate: sideOf(
      candidate,
      compared.reduce((sum, { own }) => sum + own.candidate.length, 0),
    ),
    tolerance,
    verdict: overallVerdict(strata),
    pairs: pairs.length,
    strata,
    confirmation: null,
  };
}

const severity: readonly ComparisonVerdict[] = [
  'regression',
  'incomplete',
  'inconclusive',
  'improved',
  'same',
];

/** The worst of the strata's verdicts; `incomplete` without strata. */
export function overallVerdict(strata: readonly Stratum[]): ComparisonVerdict {
  return severity.find((verdict) => strata.some((stratum) => stratum.verdict === verdict)) ?? 'incomplete';
}

/** Each cell's row once, whatever an earlier form of its call left behind. */
function placedRows(run: RunData): Result[] {
  return placeRows(run).grids.flatMap(({ slots }) =>
    slots.flatMap((line) => line.flatMap((slot) => slot.rows)),
  );
}

function modelPairs(base: RunData, candidate: RunData): ModelPair[] {
  const before = base.manifest.models.map(({ name }) => name);
  const after = candidate.manifest.models.map(({ name }) => name);
  const shared = before.filter((name) => after.includes(name));
  if (shared.length > 0) return shared.map((name) => ({ base: name, candidate: name }));
  const [one, ...others] = before;
  const [other, ...more] = after;
  if (one !== undefined && other !== undefined && others.length + more.length === 0) {
    return [{ base: one, candidate: other }];
  }
  throw new NeedlescopeError(
    'usage',
    `expected a model that both runs hold, got ${before.join(', ')} and ${after.join(', ')}`,
    { hint: 'name the two with --base-model and --candidate-model' },
  );
}

interface ComparedModel {
  readonly pair: ModelPair;
  readonly pairs: readonly RowPair[];
}

/** By task that both runs planned: all lengths together, then each. */
function strataOf(base: RunData, candidate: RunData, { pair, pairs }: ComparedModel): StratumPairs[] {
  const haystacks = haystacksOf(base.manifest.config);
  const gridOf = (run: RunData, model: string, task: string): Grid | undefined =>
    run.manifest.grids.find((grid) => grid.model === model && grid.task === task);
  return base.manifest.grids.flatMap((grid) => {
    const other = gridOf(candidate, pair.candidate, grid.task);
    if (grid.model !== pair.base || other === undefined) return [];
    const own = pairs.filter((each) => each.base.cell.task === grid.task);
    const names = clusterNames(
      own.map((each) => each.base),
      haystacks,
    );
    const lengths = [...grid.contextLengths]
      .filter((length) => other.contextLengths.includes(length))
      .sort((a, b) => a - b);
    const cells = commonDepths(grid, other) * Math.min(grid.trials, other.trials);
    const stratumOf = (contextLength: number | null): StratumPairs => {
      const inside = ({ base: { cell } }: RowPair): boolean =>
        contextLength === null || cell.contextLength === contextLength;
      const planned = contextLength === null ? cells * lengths.length : cells;
      return {
        id: [pair.base, pair.candidate, grid.task, contextLength ?? 'all'].map(encodeURIComponent).join('/'),
        baseModel: pair.base,
        candidateModel: pair.candidate,
        task: grid.task,
        contextLength,
        planned,
        ...sorted(
          own.map((each, index) => ({ ...each, cluster: names[index] as string })).filter(inside),
          planned,
        ),
      };
    };
    return [...(lengths.length > 1 ? [stratumOf(null)] : []), ...lengths.map(stratumOf)];
  });
}

/** Pairs that count, and how many cells do not. A side that was not scored counts 0: what was answered before is lost. */
function sorted(
  pairs: readonly (RowPair & { readonly cluster: string })[],
  planned: number,
): Pick<StratumPairs, 'compared' | 'leftOut'> {
  const answered = pairs.filter(
    (pair) => pair.base.outcome !== 'failed' && pair.candidate.outcome !== 'failed',
  );
  const scored = answered.filter((pair) => pair.base.score !== null || pair.candidate.score !== null);
  const compared = scored.map(
    ({ base, candidate, cluster }): ComparedPair => ({
      base: base.score?.value ?? 0,
      candidate: candidate.score?.value ?? 0,
      cluster,
      trial: base.cell.trial,
    }),
  );
  return {
    compared,
    leftOut: {
      failed: pairs.length - answered.length,
      missing: Math.max(0, planned - pairs.length),
      unscored: answered.length - scored.length,
    },
  };
}

function commonDepths(grid: Grid, other: Grid): number {
  return grid.depths.filter((depth) => other.depths.some((each) => Math.abs(each - depth) < 1e-9)).length;
}

function nothingInCommon(base: RunData, candidate: RunData): NeedlescopeError {
  const by = [base, candidate].map(({ manifest }) => `${manifest.run} has lengthBy: ${manifest.lengthBy}`);
  return new NeedlescopeError(
    'results_unusable',
    `expected prompts that both runs asked, found none (${by.join(', ')})`,
    {
      hint: 'models with different tokenizers get the same prompts only with lengthBy: o200k_base (or another encoding) in both configs; task, corpus, seed and haystacks must be equal too',
    },
  );
}
