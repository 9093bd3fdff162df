import { NeedlescopeError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { RunData } from '../results/run-data.ts';
import { clusterNames, haystacksOf } from './clusters.ts';
import { type BarRule, type EffectiveVerdict, effectiveLength, relativeShare } from './effective-length.ts';
import { estimate, iccOf, observationsOf, oneSidedBounds } from './estimate.ts';
import { noEffectiveReasons } from './no-effective-length.ts';
import type { CellSummary, LengthSummary, Panel } from './panel.ts';
import { type PlacedGrid, placeRows, type Slot } from './place-rows.ts';
import { timingOf } from './timing.ts';

/** Runs with fewer trials a cell are previews. */
const leastTrials = 3;

/**
 * One panel per model and task, in the order of the manifest's grids. Rows that no grid has a place for are left out;
 * `unplacedRows` counts them. Throws `results_unusable` where a grid names a model or task the manifest does not describe.
 */
export function panelsOf(run: RunData): Panel[] {
  return placeRows(run).grids.map((placed) => panelOf(run, placed));
}

/** The number of rows that are in no panel: outside every grid, or replaced by a later row of the same cell. */
export function unplacedRows(run: RunData): number {
  return placeRows(run).unplaced;
}

function panelOf({ manifest, dir }: RunData, { grid, slots }: PlacedGrid): Panel {
  const model = manifest.models.find(({ name }) => name === grid.model);
  const task = manifest.tasks.find(({ id }) => id === grid.task);
  if (model === undefined || task === undefined) {
    const missing = model === undefined ? `model ${grid.model}` : `task ${grid.task}`;
    throw new NeedlescopeError(
      'results_unusable',
      `expected manifest.json in ${dir} to describe the ${missing} of its grid, found no record of it`,
      { hint: 'restore manifest.json or run again into a new folder' },
    );
  }
  const rows = slots.flatMap((line) => line.flatMap((slot) => slot.rows));
  const names = clusterNames(rows, haystacksOf(manifest.config));
  const clusters = new Map(rows.map(({ key }, index) => [key, names[index] as string]));
  const columns = grid.contextLengths.map((_, index) => slots.flatMap((line) => line[index]?.rows ?? []));
  const icc = iccOf(columns.map((column) => observationsOf(column, clusters)));
  const estimateOf = (part: readonly Result[]) => estimate(observationsOf(part, clusters), icc);
  const plannedAt = ({ rows: found }: Slot): number =>
    grid.uneven === true ? Math.max(1, found.length) : grid.trials;
  const plannedIn = (part: readonly Slot[]): number => part.reduce((sum, slot) => sum + plannedAt(slot), 0);
  const cells = slots.map((line) =>
    line.map(
      (slot): CellSummary => ({
        contextLength: slot.contextLength,
        depth: slot.depth,
        score: estimateOf(slot.rows),
        ...countsOf(slot.rows, plannedAt(slot)),
        flags: flagsOf(slot),
        keys: slot.rows.map(({ key }) => key),
      }),
    ),
  );
  const lengths = grid.contextLengths.map((contextLength, index): LengthSummary => {
    const score = estimateOf(columns[index] ?? []);
    const planned = plannedIn(slots.flatMap((line) => line[index] ?? []));
    const scored = score?.n ?? 0;
    return {
      contextLength,
      score,
      oneSided: score === null ? null : oneSidedBounds(score),
      floor: score === null || planned === 0 ? 0 : (score.mean * scored) / planned,
      coverage: planned === 0 ? 0 : scored / planned,
      planned,
      scored,
    };
  });
  const { effective, reason } = effectiveOf(lengths, {
    imported: manifest.imported !== null && grid.trials < 2,
    rule: barRuleOf(manifest.config, grid.task),
    cells,
  });
  return {
    id: [manifest.run, grid.model, grid.task].map(encodeURIComponent).join('/'),
    run: manifest.run,
    model,
    task,
    grid,
    imported: manifest.imported,
    cells,
    lengths,
    depths: slots.map((line) => estimateOf(line.flatMap((slot) => slot.rows))),
    overall: estimateOf(rows),
    counts: countsOf(rows, plannedIn(slots.flat())),
    effective,
    effectiveReason: reason,
    preview: manifest.imported === null && grid.trials < leastTrials,
    costUsd: sumOrNull(rows.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]))),
    promptTokens: rows.reduce((sum, row) => sum + countedTokens(row), 0),
    timing: timingOf(rows),
  };
}

function effectiveOf(
  lengths: readonly LengthSummary[],
  given: {
    readonly imported: boolean;
    readonly rule: BarRule;
    readonly cells: readonly (readonly CellSummary[])[];
  },
): EffectiveVerdict {
  return given.imported
    ? { effective: null, reason: noEffectiveReasons.imported }
    : effectiveLength(lengths, given.rule, given.cells);
}

function countsOf(rows: readonly Result[], planned: number): Panel['counts'] {
  const unscored: Record<string, number> = {};
  for (const row of rows) {
    if (row.outcome !== 'unscored') continue;
    const reason = row.reason ?? 'unknown';
    unscored[reason] = (unscored[reason] ?? 0) + 1;
  }
  return {
    planned,
    scored: rows.filter(({ outcome, score }) => outcome === 'scored' && score !== null).length,
    unscored,
    failed: rows.filter(({ outcome }) => outcome === 'failed').length,
    missing: planned - rows.length,
  };
}

function flagsOf({ rows }: Slot): CellSummary['flags'] {
  const counts: { -readonly [name in keyof CellSummary['flags']]: number } = {};
  for (const flag of rows.flatMap((row) => row.flags)) counts[flag] = (counts[flag] ?? 0) + 1;
  return counts;
}

/** Prompt tokens of an answered row: the server's own count, else ours; 0 for rows without an answer. */
function countedTokens({ completion, sample }: Result): number {
  return completion === null ? 0 : (completion.usage.promptTokens ?? sample.promptTokens);
}

function sumOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** A task's own `bar` in the run's config, a number, `{relative: share}` or `{allDepths: bar}`; else 85 % of the model's own base. */
function barRuleOf(config: JsonObject, task: string): BarRule {
  const tasks = config['tasks'];
  for (const entry of Array.isArray(tasks) ? tasks : []) {
    if (!isObject(entry) || (entry['id'] ?? entry['name']) !== task) continue;
    const bar = entry['bar'];
    if (isShare(bar)) return { rule: 'absolute', bar };
    const each = isObject(bar) ? bar['allDepths'] : undefined;
    if (isShare(each)) return { rule: 'all_depths', bar: each };
    const share = isObject(bar) ? bar['relative'] : undefined;
    if (isShare(share)) return { rule: 'relative', share };
  }
  return { rule: 'relative', share: relativeShare };
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1;
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
