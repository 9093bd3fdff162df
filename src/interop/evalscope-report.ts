import { z } from 'zod';
import { plainRecord } from './imported-row.ts';
import type { Importer, SourceFile, SourceRecord } from './importer.ts';
import { publishedResults } from './published-results.ts';
import { checkRecord, fileNames, fractionOf, headOf, parseJson, sourceError } from './source-text.ts';

const subsetSchema = z.object({
  name: z.string().min(1),
  score: z.number().min(0).max(1),
  num: z.int().positive().default(1),
});

const reportSchema = z.object({
  dataset_name: z.literal('needle_haystack', 'expected the report of needle_haystack'),
  model_name: z.string().min(1),
  metrics: z
    .array(
      z.object({
        /** `Context#32000 Depth#50`, perhaps with the name of an aggregation in front. */
        name: z.string(),
        categories: z.array(z.object({ subsets: z.array(subsetSchema) })).min(1),
      }),
    )
    .min(1),
});

/** evalscope's report of its needle_haystack benchmark: a metric a cell, a subset a language; both become cells of one task a subset. */
export const evalscopeReport: Importer = {
  summary: 'evalscope report of needle_haystack: metrics named Context#… Depth#…, 0–1 (JSON).',
  endings: ['.json'],
  recognises: (file) => {
    const head = headOf(file);
    return head.startsWith('{') && /"dataset_name"\s*:\s*"needle_haystack"/.test(head);
  },
  read: (files, hints) => {
    return publishedResults(files.flatMap(readReport), {
      format: 'evalscope',
      source: hints.source ?? fileNames(files),
      note: {
        en: 'Scores are means of evalscope: its judge grades from 0.1 to 1, its rule from 0 to 1.',
        zh: '得分为 evalscope 的均值：评判模型给分 0.1 到 1，规则评分 0 到 1。',
      },
    });
  },
};

function readReport(file: SourceFile): SourceRecord[] {
  const report = checkRecord(file, { value: parseJson(file), line: null }, reportSchema);
  return report.metrics.flatMap(({ name, categories }) => {
    const place = /Context#(\d{1,9}) Depth#(\d{1,3}(?:\.\d+)?)$/.exec(name);
    const percent = Number(place?.[2]);
    if (place === null || percent > 100) {
      throw sourceError(file, `expected metrics named Context#<tokens> Depth#<percent>, got ${name}`);
    }
    return categories
      .flatMap(({ subsets }) => subsets)
      .map((subset) => ({
        ...plainRecord,
        model: report.model_name,
        task: `needle_haystack_${subset.name}`,
        contextLength: Number(place[1]),
        depth: fractionOf(percent),
        score: { value: subset.score, raw: subset.score, scale: [0, 1] as const, scorer: 'imported' },
      }));
  });
}
