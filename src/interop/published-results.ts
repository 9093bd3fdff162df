import type { Cell } from '../core/cell.ts';
import type { ImportRecord, TaskRecord } from '../results/manifest.ts';
import type { PublishedResults, SourceModel, SourceRecord } from './importer.ts';
import { sourceModel } from './known-models.ts';

/** What a format says of its files besides their records; what it leaves out is not known. */
export interface SourceFacts extends Partial<ImportRecord> {
  readonly format: string;
  readonly source: string;
  /** @default of each task that the records name, its id and the scorer of its first score */
  readonly tasks?: readonly TaskRecord[];
  /** @default what is known of each model that the records name */
  readonly models?: readonly SourceModel[];
  readonly missing?: readonly Cell[];
}

/** The records of a source with its facts; models and tasks are those that the records name. */
export function publishedResults(records: readonly SourceRecord[], facts: SourceFacts): PublishedResults {
  const { format, source, title = null, xTitle = null, yTitle = null, note = null } = facts;
  const names = [...new Set(records.map(({ model }) => model))];
  return {
    imported: { source, format, title, xTitle, yTitle, note },
    models: facts.models ?? names.map(sourceModel),
    tasks: facts.tasks ?? tasksOf(records),
    records,
    missing: facts.missing ?? [],
    grids: null,
  };
}

function tasksOf(records: readonly SourceRecord[]): TaskRecord[] {
  const scorers = new Map<string, string>();
  for (const { task, score } of records) {
    if (!scorers.has(task) || scorers.get(task) === 'imported')
      scorers.set(task, score?.scorer ?? 'imported');
  }
  return [...scorers].map(([id, scorer]) => ({ id, name: null, version: 1, scorer, needle: null }));
}
