import { z } from 'zod';
import { plainRecord } from './imported-row.ts';
import type { Importer, SourceRecord } from './importer.ts';
import { publishedResults } from './published-results.ts';
import { checkRecord, fileNames, fractionOf, headOf, mapJsonLines } from './source-text.ts';

const placementSchema = z.object({
  insertion_token_index: z.int().min(0),
  actual_depth_percent: z.number().min(0).max(100),
});

const rowSchema = z
  .object({
    schema_version: z.literal(2, 'expected schema_version 2'),
    run_name: z.string(),
    model_id: z.string().min(1),
    task_type: z.string().min(1),
    context_length: z.int().positive().max(1e9),
    target_depth_percent: z.number().min(0).max(100),
    recipe: z
      .object({ needle_placements: z.array(placementSchema).default([]) })
      .nullable()
      .default(null),
    expected_answer: z.string(),
    prompt_question: z.string().nullable().default(null),
    response: z.string().nullable(),
    score: z.object({ value: z.number().min(0).max(1) }).nullable(),
    seed: z.int().nullable().default(null),
    status: z.enum(['ok', 'error']),
    error: z.string().nullable().default(null),
  })
  .refine(({ status, score }) => (status === 'ok') === (score !== null), {
    message: 'expected a score on rows with status ok and on no others',
    path: ['score'],
  });

/**
 * Kamradt's JSONL of 2026 (needlehaystack 2, `schema_version` 2), a row an attempted cell. A row with `status: error` becomes
 * a failed cell; where a later row of the same cell and seed has an answer, the error gives way to it.
 */
export const kamradtJsonl: Importer = {
  summary: 'Kamradt’s 2026 JSONL (needlehaystack 2, schema_version 2): rows with recipe, response and score.',
  endings: ['.jsonl'],
  recognises: (file) => {
    const head = headOf(file);
    return (
      head.startsWith('{') && /"schema_version":\s*2\b/.test(head) && head.includes('"target_depth_percent"')
    );
  },
  read: (files, hints) => {
    const records = files.flatMap((file) =>
      mapJsonLines(file, (row) => recordOf(checkRecord(file, row, rowSchema))),
    );
    const answered = new Set(records.filter(({ failed }) => !failed).map(({ cell }) => cell));
    const kept = records
      .filter(({ failed, cell }) => !failed || !answered.has(cell))
      .map(({ record }) => record);
    return publishedResults(kept, { format: 'kamradt-jsonl', source: hints.source ?? fileNames(files) });
  },
};

function recordOf(row: z.infer<typeof rowSchema>): {
  readonly record: SourceRecord;
  readonly cell: string;
  readonly failed: boolean;
} {
  const depth = fractionOf(row.target_depth_percent);
  const failed = row.status === 'error';
  return {
    cell: JSON.stringify([row.run_name, row.model_id, row.task_type, row.context_length, depth, row.seed]),
    failed,
    record: {
      ...plainRecord,
      model: row.model_id,
      task: row.task_type,
      contextLength: row.context_length,
      depth,
      outcome: failed ? 'failed' : 'scored',
      reason: failed ? 'imported_error' : null,
      score:
        row.score === null ? null : { value: row.score.value, raw: null, scale: null, scorer: 'imported' },
      answer: row.response,
      question: row.prompt_question,
      target: [row.expected_answer],
      needles: (row.recipe?.needle_placements ?? []).map((placed) => ({
        requestedDepth: depth,
        depth: fractionOf(placed.actual_depth_percent),
        tokenOffset: placed.insertion_token_index,
      })),
      error: failed
        ? { code: 'imported_error', message: row.error ?? 'the source gives no reason', status: null }
        : null,
    },
  };
}
