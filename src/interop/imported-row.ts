import type { Cell } from '../core/cell.ts';
import type { Completion } from '../core/completion.ts';
import { hashOf } from '../core/hash.ts';
import type { Result } from '../core/result.ts';
import type { SourceRecord } from './importer.ts';

/** As much of an answer as a score keeps: the contract's bound. */
const scoredAnswer = 2_000;

export interface ImportedRowOptions {
  /** Which of the cell's records this is, from 0. */
  readonly trial: number;
  readonly format: string;
  readonly source: string;
  readonly importedAt: string;
}

/**
 * A row for one published record: without times, cost or attempts, since nobody was asked here. Its prompt is unknown, so
 * that its `promptKey` names the source and pairs with no other run.
 */
export function importedRow(record: SourceRecord, options: ImportedRowOptions): Result {
  const { trial, format, source, importedAt } = options;
  const { model, task, contextLength, depth, score, answer } = record;
  const cell: Cell = { model, task, contextLength, depth, trial };
  const { model: _, ...place } = cell;
  return {
    v: 1,
    key: hashOf({ imported: format, source, cell }),
    promptKey: hashOf({ imported: format, source, place }),
    cell,
    sample: {
      promptTokens: 0,
      promptChars: 0,
      promptSha256: '',
      target: record.target,
      needles: record.needles,
      question: record.question,
      evidence: null,
    },
    outcome: record.outcome,
    reason: record.reason,
    flags: record.flags,
    score: score === null ? null : { ...score, answer: (answer ?? '').slice(0, scoredAnswer) },
    completion: answer === null ? null : completionOf(answer),
    error: record.error,
    attempts: 0,
    costUsd: null,
    startedAt: importedAt,
    finishedAt: importedAt,
  };
}

/** An answer as published; no `latencyMs`, which only asked rows carry. */
function completionOf(text: string): Completion {
  return {
    text,
    reasoning: null,
    finishReason: null,
    servedModel: null,
    usage: { promptTokens: null, completionTokens: null, cachedTokens: null },
    ttftMs: null,
  };
}

/** A graded score with its published value kept, mapped linearly to 0–1: on 1–10 it is (s − 1) / 9. */
export function gradedScore(raw: number, scale: readonly [number, number]): SourceRecord['score'] {
  const [least, most] = scale;
  return { value: (raw - least) / (most - least), raw, scale, scorer: 'imported' };
}

/** What most sources say nothing about. */
export const plainRecord = {
  outcome: 'scored',
  reason: null,
  flags: [],
  answer: null,
  question: null,
  target: [],
  needles: [],
  error: null,
} as const satisfies Partial<SourceRecord>;
