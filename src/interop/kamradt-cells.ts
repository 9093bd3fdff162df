import { z } from 'zod';
import { gradedScore, plainRecord } from './imported-row.ts';
import type { Importer } from './importer.ts';
import { gradeScale } from './kamradt-array.ts';
import { noteOn } from './known-models.ts';
import { needleTask } from './published-chart.ts';
import { publishedResults } from './published-results.ts';
import { checkRecord, fileNames, fractionOf, headOf, parseJson } from './source-text.ts';

const cellSchema = z.object({
  model: z.string().min(1),
  context_length: z.int().positive().max(1e9),
  depth_percent: z.number().min(0).max(100),
  version: z.int().min(0).default(1),
  needle: z.string().default(''),
  model_response: z.string().nullable().default(null),
  score: z.number().min(gradeScale[0]).max(gradeScale[1]),
});

/** Kamradt's files of one cell each, as his tester of 2023 and 2024 writes them; a second version of a cell is its next trial. */
export const kamradtCells: Importer = {
  summary:
    'Kamradt’s per-cell files: {model, context_length, depth_percent, version, model_response, score 1–10} (JSON).',
  endings: ['.json'],
  recognises: (file) => {
    const head = headOf(file);
    return head.startsWith('{') && head.includes('"context_length"') && head.includes('"model_response"');
  },
  read: (files, hints) => {
    const cells = files
      .map((file) => checkRecord(file, { value: parseJson(file), line: null }, cellSchema))
      .sort(
        (a, b) =>
          a.context_length - b.context_length || a.depth_percent - b.depth_percent || a.version - b.version,
      );
    const models = [...new Set(cells.map(({ model }) => model))];
    const needles = [...new Set(cells.map(({ needle }) => needle.trim()))];
    const records = cells.map((cell) => ({
      ...plainRecord,
      model: cell.model,
      task: needleTask.id,
      contextLength: cell.context_length,
      depth: fractionOf(cell.depth_percent),
      score: gradedScore(cell.score, gradeScale),
      answer: cell.model_response,
    }));
    return publishedResults(records, {
      format: 'kamradt-cells',
      source: hints.source ?? fileNames(files),
      note: models.length === 1 ? noteOn(models[0] as string) : null,
      tasks: [{ ...needleTask, needle: needles.length === 1 ? needles[0] || null : null }],
    });
  },
};
