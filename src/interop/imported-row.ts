import type { Cell } from '../core/cell.ts';
import { hashOf } from '../core/hash.ts';
import type { Result } from '../core/result.ts';

/** What a source record says of one cell. */
export interface SourceRecord {
  readonly cell: Cell;
  /** As published, on `scale`. */
  readonly raw: number;
  readonly scale: readonly [number, number];
}

/**
 * A row for one published score: mapped linearly from its scale to 0–1, without answer, times, cost or attempts, since
 * nobody was asked here. Its prompt is unknown, so that its `promptKey` names the source and pairs with no other run.
 */
export function importedRow(
  { cell, raw, scale }: SourceRecord,
  { format, source, importedAt }: { format: string; source: string; importedAt: string },
): Result {
  const { model: _, ...place } = cell;
  const [least, most] = scale;
  return {
    v: 1,
    key: hashOf({ imported: format, source, cell }),
    promptKey: hashOf({ imported: format, source, place }),
    cell,
    sample: {
      promptTokens: 0,
      promptChars: 0,
      promptSha256: '',
      target: [],
      needles: [],
      question: null,
      evidence: null,
    },
    outcome: 'scored',
    reason: null,
    flags: [],
    score: { value: (raw - least) / (most - least), raw, scale, answer: '', scorer: 'imported' },
    completion: null,
    error: null,
    attempts: 0,
    costUsd: null,
    startedAt: importedAt,
    finishedAt: importedAt,
  };
}
