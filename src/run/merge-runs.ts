import { NeedlescopeError } from '../core/errors.ts';
import { hashOf } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import type { Grid, Manifest, ModelRecord } from '../results/manifest.ts';
import type { RunData } from '../results/run-data.ts';
import { checkSameConfig } from './merge-check.ts';
import { type MergeGap, mergeGaps } from './merge-gaps.ts';
import { type PlannedKey, plannedKeys } from './planned-keys.ts';
import { isFinished } from './tally.ts';

/** Shards joined into the run they are parts of. */
export interface MergedRun {
  readonly manifest: Manifest;
  /** The last word on every planned cell, in the order of the grids. */
  readonly results: readonly Result[];
  readonly planned: number;
  /** Where rows are missing or failed: one entry a model and shard. Empty: the run is whole. */
  readonly gaps: readonly MergeGap[];
  /** What a user should know, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Joins shards of one run, and runs of one config on different models, into the run that would have been without them. What
 * is missing is found from the keys, not from file names. Throws `results_unusable`, naming what differs, where the runs are of
 * different configs or one is no run of ours; `usage` for fewer than one run.
 */
export function mergeRuns(
  runs: readonly RunData[],
  target: { readonly name: string; readonly output: string },
): MergedRun {
  const [first] = runs;
  if (first === undefined) throw new NeedlescopeError('usage', 'expected the folders of runs, got none');
  checkSameConfig(runs);
  const grids = joinedGrids(runs);
  const identities = Object.assign({}, ...runs.map(({ manifest }) => manifest.identities ?? {}));
  const planned = plannedKeys({ grids, identities });
  const { rows, warnings } = lastWords(runs, planned);
  const results = planned.flatMap(({ key }) => rows.get(key) ?? []);
  const gaps = mergeGaps(runs, planned, rows);
  const config: JsonObject = {
    ...first.manifest.config,
    models: joinedBy(runs.flatMap(({ manifest }) => modelEntries(manifest.config))),
    output: target.output,
  };
  const manifests = runs.map(({ manifest }) => manifest);
  const ends = manifests.map(({ finishedAt }) => finishedAt);
  const whole = gaps.every(({ missing }) => missing === 0);
  return {
    manifest: {
      ...first.manifest,
      run: target.name,
      status: whole ? 'finished' : 'aborted',
      // Times are ISO 8601 in UTC: their order is that of their letters.
      startedAt: manifests.map(({ startedAt }) => startedAt).sort()[0] as string,
      finishedAt: ends.includes(null) ? null : (ends.sort().at(-1) ?? null),
      config,
      configSha256: hashOf(config),
      shard: null,
      models: joinedModels(manifests),
      grids,
      plannedCells: planned.length,
      identities,
      merged: runs.map(({ manifest, results: own }) => ({
        run: manifest.run,
        shard: manifest.shard,
        rows: own.length,
      })),
    },
    results,
    planned: planned.length,
    gaps,
    warnings: [...warnings, ...versionWarnings(manifests)],
  };
}

/** The row that counts for each planned key: a finished one before a failed one, then the later one. */
function lastWords(
  runs: readonly RunData[],
  planned: readonly PlannedKey[],
): { readonly rows: ReadonlyMap<string, Result>; readonly warnings: readonly string[] } {
  const wanted = new Set(planned.map(({ key }) => key));
  const rows = new Map<string, Result>();
  const warnings: string[] = [];
  for (const { dir, results } of runs) {
    let strays = 0;
    let twice = 0;
    for (const row of results) {
      if (!wanted.has(row.key)) {
        strays++;
        continue;
      }
      const known = rows.get(row.key);
      if (known !== undefined) twice++;
      if (known === undefined || isBetter(row, known)) rows.set(row.key, row);
    }
    if (strays > 0)
      warnings.push(`${dir}: ${strays} rows are of cells that the config no longer plans: left out`);
    if (twice > 0)
      warnings.push(`${dir}: ${twice} cells stand in another folder too: the later answer counts`);
  }
  return { rows, warnings };
}

function isBetter(row: Result, known: Result): boolean {
  if (isFinished(row) !== isFinished(known)) return isFinished(row);
  return row.finishedAt > known.finishedAt;
}

function joinedGrids(runs: readonly RunData[]): Grid[] {
  const found = new Map<string, Grid>();
  for (const { manifest } of runs) {
    for (const grid of manifest.grids) {
      const name = `${grid.model} / ${grid.task}`;
      if (!found.has(name)) found.set(name, grid);
    }
  }
  return [...found.values()];
}

/** Each model once, with what any of its shards had learnt of the endpoint. */
function joinedModels(manifests: readonly Manifest[]): ModelRecord[] {
  const found = new Map<string, ModelRecord>();
  for (const model of manifests.flatMap(({ models }) => models)) {
    const known = found.get(model.name);
    if (known === undefined) {
      found.set(model.name, model);
      continue;
    }
    const adapted = [...new Set([...(known.adapted ?? []), ...(model.adapted ?? [])])];
    found.set(model.name, {
      ...known,
      windows: { ...known.windows, served: known.windows.served ?? model.windows.served },
      templateOverhead: known.templateOverhead ?? model.templateOverhead,
      ...(adapted.length === 0 ? {} : { adapted }),
    });
  }
  return [...found.values()];
}

function modelEntries(config: JsonObject): JsonObject[] {
  const models = config['models'];
  return Array.isArray(models) ? (models as JsonObject[]) : [];
}

function joinedBy(entries: readonly JsonObject[]): JsonObject[] {
  const found = new Map<unknown, JsonObject>();
  for (const entry of entries) if (!found.has(entry['name'])) found.set(entry['name'], entry);
  return [...found.values()];
}

function versionWarnings(manifests: readonly Manifest[]): string[] {
  const versions = [...new Set(manifests.map(({ tool }) => tool.version))];
  return versions.length < 2 ? [] : [`the runs were made by different versions: ${versions.join(', ')}`];
}
