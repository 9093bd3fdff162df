import { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import type { Grid, TaskRecord } from '../results/manifest.ts';
import { gradedScore, plainRecord } from './imported-row.ts';
import { importedRun } from './imported-run.ts';
import type { ImportedRun, Importer, ImportOptions, PublishedResults } from './importer.ts';
import { noteOn, sourceModel } from './known-models.ts';
import { publishedResults } from './published-results.ts';
import { headOf, parseJson, sourceError } from './source-text.ts';

const format = 'published-chart';

/** One needle a cell; which needle, such sources do not say. */
export const needleTask: TaskRecord = {
  id: 'needle_in_a_haystack',
  name: null,
  version: 1,
  scorer: 'imported',
  needle: null,
};

const distinct = (values: readonly number[]): boolean => new Set(values).size === values.length;

const chartSchema = z
  .strictObject({
    model: z.string().min(1),
    title: z.string(),
    source: z.string().min(1),
    xTitle: z.string(),
    yTitle: z.string(),
    scoreRange: z.tuple([z.number(), z.number()]).refine(([least, most]) => least < most, 'from low to high'),
    contextLengths: z.array(z.int().positive()).min(1).refine(distinct, 'each length once'),
    depthPercents: z.array(z.number().min(0).max(100)).min(1).refine(distinct, 'each depth once'),
    /** `scores[depth][length]`; null where the picture shows none. */
    scores: z.array(z.array(z.number().nullable())),
  })
  .superRefine(({ scores, scoreRange: [least, most], contextLengths, depthPercents }, context) => {
    const problem = (message: string, path: (string | number)[]) =>
      context.addIssue({ code: 'custom', message, path });
    if (scores.length !== depthPercents.length) {
      problem(`expected ${depthPercents.length} rows, one a depth, got ${scores.length}`, ['scores']);
    }
    for (const [row, line] of scores.entries()) {
      if (line.length !== contextLengths.length) {
        problem(`expected ${contextLengths.length} scores, one a length, got ${line.length}`, [
          'scores',
          row,
        ]);
      }
      for (const [column, score] of line.entries()) {
        if (score !== null && !(score >= least && score <= most)) {
          problem(`expected a score from ${least} to ${most}, got ${score}`, ['scores', row, column]);
        }
      }
    }
  });

/** A published heatmap as data: what a person read off the publisher's picture. */
type PublishedChart = z.infer<typeof chartSchema>;

/**
 * A published heatmap as a run with one row a score, by length and then depth; cells without a score get no row. The same
 * chart and options give the same bytes. Throws `input_unusable` for anything that is not such a chart.
 */
export function importPublishedChart(json: unknown, options: ImportOptions): ImportedRun {
  return importedRun(chartResults(readChart(json)), options);
}

function chartResults(chart: PublishedChart): PublishedResults {
  const grid: Grid = {
    model: chart.model,
    task: needleTask.id,
    contextLengths: chart.contextLengths,
    depths: chart.depthPercents.map((percent) => percent / 100),
    trials: 1,
  };
  const records = grid.contextLengths.flatMap((contextLength, column) =>
    grid.depths.flatMap((depth, row) => {
      const raw = chart.scores[row]?.[column] ?? null;
      if (raw === null) return [];
      const score = gradedScore(raw, chart.scoreRange);
      return [{ ...plainRecord, model: chart.model, task: needleTask.id, contextLength, depth, score }];
    }),
  );
  const { source, title, xTitle, yTitle } = chart;
  const facts = { format, source, title, xTitle, yTitle, note: noteOn(chart.model), tasks: [needleTask] };
  return {
    ...publishedResults(records, { ...facts, models: [sourceModel(chart.model)] }),
    grids: [grid],
  };
}

function readChart(json: unknown): PublishedChart {
  const parsed = chartSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    const where = path.length === 0 ? 'the chart' : path.join('.');
    return `${where}: ${message}`;
  });
  throw new NeedlescopeError(
    'input_unusable',
    `expected the data of a published heatmap, got one that does not fit: ${problems.join('; ')}`,
    {
      hint: 'it needs model, title, source, xTitle, yTitle, scoreRange, contextLengths, depthPercents and scores[depth][length]',
      cause: parsed.error,
    },
  );
}

export const publishedChart: Importer = {
  summary: 'A heatmap as data: scores by depth and context length, read off a published picture (JSON).',
  endings: ['.json'],
  recognises: (file) => {
    const head = headOf(file);
    return head.startsWith('{') && head.includes('"scoreRange"') && head.includes('"depthPercents"');
  },
  read: (files) => {
    const [file, another] = files;
    if (file === undefined) throw new Error('an importer was given no file');
    if (another !== undefined) {
      throw sourceError(another, 'expected one chart at a time: each has its own titles and source', {
        hint: 'import each chart into a folder of its own, and name all folders to `needlescope report`',
      });
    }
    try {
      return chartResults(readChart(parseJson(file)));
    } catch (error) {
      if (!(error instanceof NeedlescopeError) || error.message.startsWith(file.path)) throw error;
      throw sourceError(file, error.message, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: error,
      });
    }
  },
};
