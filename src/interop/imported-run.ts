import type { Cell } from '../core/cell.ts';
import { hashOf } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Grid, ModelRecord } from '../results/manifest.ts';
import { importedRow } from './imported-row.ts';
import type { ImportedRun, ImportOptions, PublishedResults, SourceModel, SourceRecord } from './importer.ts';

/**
 * Published results as a run: one row a source record, in the records' order; a cell's second record is its trial 1, and
 * so on, so that keys are unique. The same input gives the same bytes.
 */
export function importedRun(published: PublishedResults, options: ImportOptions): ImportedRun {
  const { imported, records } = published;
  const { format, source } = imported;
  const numbered = numberTrials(records);
  const held = numbered.map(
    ({ record: { model, task, contextLength, depth }, trial }): Cell => ({
      model,
      task,
      contextLength,
      depth,
      trial,
    }),
  );
  const grids = published.grids ?? gridsOf([...held, ...published.missing]);
  const config: JsonObject = { version: 1, import: { format, source } };
  return {
    manifest: {
      v: 1,
      tool: { name: 'needlescope', version: options.toolVersion },
      run: options.runName,
      status: 'finished',
      startedAt: options.importedAt,
      finishedAt: options.importedAt,
      config,
      configSha256: hashOf(config),
      seed: 0,
      shard: null,
      lengthBy: 'model',
      corpus: null,
      models: published.models.map(modelRecord),
      tasks: published.tasks,
      grids,
      plannedCells: grids.reduce((sum, grid) => sum + plannedCells(grid, held), 0),
      imported,
    },
    results: numbered.map(({ record, trial }) =>
      importedRow(record, { trial, format, source, importedAt: options.importedAt }),
    ),
  };
}

interface NumberedRecord {
  readonly record: SourceRecord;
  readonly trial: number;
}

type Place = Omit<Cell, 'trial'>;

/** JSON, since labels may hold any character. */
const placeKey = ({ model, task, contextLength, depth }: Place): string =>
  JSON.stringify([model, task, contextLength, depth]);

function numberTrials(records: readonly SourceRecord[]): NumberedRecord[] {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const key = placeKey(record);
    const next = seen.get(key) ?? 0;
    seen.set(key, next + 1);
    return { record, trial: record.trial ?? next };
  });
}

/** A grid for each model and task, in the order in which the cells first name them. */
function gridsOf(cells: readonly Cell[]): Grid[] {
  return grouped(cells, ({ model, task }) => JSON.stringify([model, task])).map((part) => {
    const { model, task } = part[0] as Cell;
    const contextLengths = ascending(part.map(({ contextLength }) => contextLength));
    const depths = ascending(part.map(({ depth }) => depth));
    const trials = part.reduce((most, { trial }) => Math.max(most, trial + 1), 1);
    const uneven = trials > 1 && part.length < contextLengths.length * depths.length * trials;
    return { model, task, contextLengths, depths, trials, ...(uneven ? { uneven } : {}) };
  });
}

function plannedCells(grid: Grid, cells: readonly Cell[]): number {
  const places = grid.contextLengths.length * grid.depths.length;
  if (grid.uneven !== true) return places * grid.trials;
  const here = cells.filter(({ model, task }) => model === grid.model && task === grid.task);
  return places - grouped(here, placeKey).length + here.length;
}

function grouped(cells: readonly Cell[], keyOf: (cell: Cell) => string): Cell[][] {
  const parts = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = keyOf(cell);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [cell]);
    else part.push(cell);
  }
  return [...parts.values()];
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function modelRecord({ name, maker, claimed, simulated }: SourceModel): ModelRecord {
  return {
    name,
    model: null,
    maker,
    parameters: null,
    endpointHost: null,
    simulated,
    windows: { claimed, config: null, documented: null, served: null },
    tokenizer: null,
    templateOverhead: null,
    maxTokens: null,
    price: null,
    note: null,
  };
}
