import { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import { hashOf } from '../core/hash.ts';
import type { JsonObject } from '../core/json.ts';
import type { Bilingual } from '../core/language.ts';
import type { Grid, ModelRecord, TaskRecord } from '../results/manifest.ts';
import { importedRow } from './imported-row.ts';
import type { ImportedRun, ImportOptions } from './importer.ts';

const format = 'published-chart';

/** The charts show one needle a cell; which needle, they do not say. */
const task: TaskRecord = {
  id: 'needle_in_a_haystack',
  name: null,
  version: 1,
  scorer: 'imported',
  needle: null,
};

interface KnownModel {
  readonly maker: string;
  /** The window its maker claims, in tokens. */
  readonly claimed: number;
  readonly note: Bilingual | null;
}

/** What is known of a chart's model and not in the chart: by the name that the chart gives it. */
const knownModels: Readonly<Record<string, KnownModel>> = {
  'DeepSeek-V2 Base': {
    maker: 'DeepSeek',
    claimed: 128_000,
    note: {
      en: 'The article that shows this chart says that the model errs "around 25K". The chart has its errors at 35K and 104K.',
      zh: '引用此图的文章称模型在“25K 左右”出错；而图中的错误位于 35K 和 104K。',
    },
  },
  'GLM-4-9B-Chat-1M': { maker: 'Zhipu AI', claimed: 1_024_000, note: null },
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
  const chart = readChart(json);
  const model = modelOf(chart);
  const grid: Grid = {
    model: model.name,
    task: task.id,
    contextLengths: chart.contextLengths,
    depths: chart.depthPercents.map((percent) => percent / 100),
    trials: 1,
  };
  const results = grid.contextLengths.flatMap((contextLength, column) =>
    grid.depths.flatMap((depth, row) => {
      const raw = chart.scores[row]?.[column] ?? null;
      if (raw === null) return [];
      const cell = { model: model.name, task: task.id, contextLength, depth, trial: 0 };
      const record = { cell, raw, scale: chart.scoreRange };
      return [importedRow(record, { format, source: chart.source, importedAt: options.importedAt })];
    }),
  );
  const config: JsonObject = { version: 1, import: { format, source: chart.source } };
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
      models: [model],
      tasks: [task],
      grids: [grid],
      plannedCells: grid.contextLengths.length * grid.depths.length,
      imported: {
        source: chart.source,
        format,
        title: chart.title,
        xTitle: chart.xTitle,
        yTitle: chart.yTitle,
        note: knownModelOf(chart)?.note ?? null,
      },
    },
    results,
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

function knownModelOf({ model }: PublishedChart): KnownModel | undefined {
  return Object.hasOwn(knownModels, model) ? knownModels[model] : undefined;
}

function modelOf(chart: PublishedChart): ModelRecord {
  const known = knownModelOf(chart);
  return {
    name: chart.model,
    model: null,
    maker: known?.maker ?? null,
    parameters: null,
    endpointHost: null,
    simulated: false,
    windows: { claimed: known?.claimed ?? null, config: null, documented: null, served: null },
    tokenizer: null,
    templateOverhead: null,
    maxTokens: null,
    price: null,
    note: null,
  };
}
