import { panelsOf } from '../../src/analysis/panels.ts';
import type { Cell } from '../../src/core/cell.ts';
import { hashOf } from '../../src/core/hash.ts';
import type { Result, UnscoredReason } from '../../src/core/result.ts';
import type { Flag } from '../../src/core/score.ts';
import { importPublishedChart } from '../../src/interop/published-chart.ts';
import { publishedCharts } from '../../src/interop/published-charts.ts';
import { buildReportView, type ReportView } from '../../src/report/report-view.ts';
import type { Grid, Manifest, ModelRecord, TaskRecord } from '../../src/results/manifest.ts';
import type { RunData } from '../../src/results/run-data.ts';

/** What a cell of a fixture came to; `null` leaves it out. */
interface Came {
  readonly score?: number;
  readonly reason?: UnscoredReason;
  readonly failed?: string;
  readonly flags?: readonly Flag[];
  readonly answer?: string;
  readonly reasoning?: string;
}

const asked = '2026-11-01T08:00:00.000Z';
const done = '2026-11-01T08:00:01.000Z';

export function fixtureModel(name: string, more: Partial<ModelRecord> = {}): ModelRecord {
  return {
    name,
    model: name,
    maker: null,
    parameters: null,
    endpointHost: '127.0.0.1:8000',
    simulated: false,
    windows: { claimed: null, config: null, documented: null, served: null },
    tokenizer: { id: 'o200k_base', exact: true },
    templateOverhead: 8,
    maxTokens: 128,
    price: null,
    note: null,
    ...more,
  };
}

const fixtureTask: TaskRecord = {
  id: 'niah_single',
  name: 'niah_single',
  version: 1,
  scorer: 'includes',
  needle: null,
};

function fixtureRow(cell: Cell, came: Came): Result {
  const key = hashOf({ cell });
  const value = String(1_000_000 + (Number.parseInt(key.slice(0, 8), 16) % 9_000_000));
  const scored = came.score !== undefined;
  const answered = came.failed === undefined && came.reason !== 'overflow';
  const answer =
    came.answer ?? (came.score === 1 ? `The access code is ${value}.` : 'The text does not say.');
  return {
    v: 1,
    key,
    promptKey: hashOf({ ...cell, model: null }),
    cell,
    sample: {
      promptTokens: cell.contextLength - 136,
      promptChars: cell.contextLength * 4,
      promptSha256: hashOf(['prompt', cell]),
      target: [value],
      needles: [
        {
          requestedDepth: cell.depth,
          depth: cell.depth,
          tokenOffset: Math.round(cell.contextLength * cell.depth),
        },
      ],
      question: 'What is the access code for the amber lighthouse?',
      evidence: [
        {
          before: 'The ferry left before noon, and the harbour was quiet. ',
          needle: `The access code for the amber lighthouse is ${value}.`,
          after: ' Two gulls argued over a crust on the quay.',
        },
      ],
    },
    outcome: scored ? 'scored' : came.failed === undefined ? 'unscored' : 'failed',
    reason: came.reason ?? came.failed ?? null,
    flags: came.flags ?? [],
    score: scored ? { value: came.score ?? 0, raw: null, scale: null, answer, scorer: 'includes' } : null,
    completion: answered
      ? {
          text: answer,
          reasoning: came.reasoning ?? null,
          finishReason: came.flags?.includes('cut') ? 'length' : 'stop',
          servedModel: cell.model,
          usage: { promptTokens: cell.contextLength - 136, completionTokens: 12, cachedTokens: 0 },
          ttftMs: 120,
          latencyMs: 180,
        }
      : null,
    error:
      came.failed === undefined
        ? null
        : { code: came.failed, message: 'the server closed the connection', status: 500 },
    attempts: came.failed === undefined ? 1 : 6,
    costUsd: null,
    startedAt: asked,
    finishedAt: done,
  };
}

export interface FixturePlan {
  readonly run: string;
  readonly models: readonly ModelRecord[];
  /** The grid of a model, by its place in `models`. */
  readonly grids: readonly Omit<Grid, 'model' | 'task'>[];
  readonly came: (cell: Cell) => Came | null;
}

/** A finished run whose cells came to what `came` says. */
export function fixtureRun({ run, models, grids, came }: FixturePlan): RunData {
  const full = models.map(
    (model, i): Grid => ({
      ...(grids[i] ?? { contextLengths: [], depths: [], trials: 0 }),
      model: model.name,
      task: fixtureTask.id,
    }),
  );
  const results = full.flatMap(({ model, task, contextLengths, depths, trials }) =>
    contextLengths.flatMap((contextLength) =>
      depths.flatMap((depth) =>
        Array.from({ length: trials }, (_, trial) => ({ model, task, contextLength, depth, trial })).flatMap(
          (cell) => {
            const result = came(cell);
            return result === null ? [] : [fixtureRow(cell, result)];
          },
        ),
      ),
    ),
  );
  const config = { version: 1, contextLengths: [1000, 2000], strategy: 'grid' };
  const manifest: Manifest = {
    v: 1,
    tool: { name: 'needlescope', version: '0.1.0' },
    run,
    status: 'finished',
    startedAt: asked,
    finishedAt: done,
    config,
    configSha256: hashOf(config),
    seed: 7,
    shard: null,
    lengthBy: 'model',
    corpus: {
      id: 'prose-en',
      language: 'en',
      sha256: hashOf('prose-en'),
      chars: 5_000_000,
      origin: 'generated',
    },
    models,
    tasks: [fixtureTask],
    grids: full,
    plannedCells: full.reduce(
      (sum, grid) => sum + grid.contextLengths.length * grid.depths.length * grid.trials,
      0,
    ),
    imported: null,
  };
  return { dir: `reports/${run}`, manifest, results };
}

const twelveDepths: readonly number[] = Array.from({ length: 12 }, (_, i) => i / 11);
const deepSeekLengths: readonly number[] = [
  1000, 12_000, 24_000, 35_000, 47_000, 58_000, 70_000, 81_000, 93_000, 104_000, 116_000, 128_000,
];
const glmLengths: readonly number[] = Array.from(
  { length: 12 },
  (_, i) => 8000 + Math.round((i * 1_016_000) / 88) * 8,
);

function simulated(profile: string, claimed: number, note: string): ModelRecord {
  const windows = { claimed, config: null, documented: null, served: claimed };
  return fixtureModel(`known-answer/${profile}`, {
    simulated: true,
    windows,
    note: { en: note, zh: '模拟结果。' },
  });
}

/** Four known-answer models on grids of 12 × 12, one trial each, as in the demo. */
export function simulatedRun(): RunData {
  const published = new Set(['35000 3', '35000 4', '35000 7', '104000 5']);
  return fixtureRun({
    run: 'demo',
    models: [
      simulated('perfect-1m', 1_024_000, 'Sees everything up to 1.1M tokens.'),
      simulated('window-8k', 128_000, 'Claims 128K, refuses what is longer than 8,192 tokens.'),
      simulated(
        'fade-64k',
        128_000,
        'Sees everything to 64K; beyond, a share of the text that shrinks with length.',
      ),
      simulated(
        'published-deepseek-v2-cells',
        128_000,
        'Misses the four cells that the published chart shows below 10.',
      ),
    ],
    grids: [
      { contextLengths: glmLengths, depths: twelveDepths, trials: 1 },
      { contextLengths: deepSeekLengths, depths: twelveDepths, trials: 1 },
      { contextLengths: deepSeekLengths, depths: twelveDepths, trials: 1 },
      { contextLengths: deepSeekLengths, depths: twelveDepths, trials: 1 },
    ],
    came: ({ model, contextLength, depth }) => {
      if (model.endsWith('window-8k')) return contextLength > 8192 ? { reason: 'overflow' } : { score: 1 };
      if (model.endsWith('fade-64k'))
        return { score: contextLength <= 64_000 || depth > 1 - 64_000 / contextLength ? 1 : 0 };
      if (model.endsWith('cells'))
        return { score: published.has(`${contextLength} ${Math.round(depth * 11)}`) ? 0 : 1 };
      return { score: 1 };
    },
  });
}

/** Answers that try to leave their place, by the trial-0 cell they stand in: 1K at depth 0, 10 %, 20 % … */
export const hostileAnswers: readonly string[] = [
  '</script><script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '[click](javascript:window.hacked=1) <a href="javascript:window.hacked=1">link</a>',
  '<a href="https://example.invalid/">plotly link</a><b>bold</b>',
  'abc\u202edefgh\u202c \u2066isolated\u2069',
  'bell\u0007 null\u0000 escape\u001b[31m line\u2028separator',
  '=HYPERLINK("https://example.invalid/","x")',
  '$& $1 $` {{constructor}} %{text}',
  'x'.repeat(1_000_000),
  '<!-- <script> -->',
  '</title></style></textarea><svg onload=window.hacked=1>',
];

/** A measured model with every outcome and flag, three trials a place. */
export function mixedRun(): RunData {
  const depths = Array.from({ length: 11 }, (_, i) => i / 10);
  const marks: readonly Came[] = [
    { reason: 'truncated' },
    {
      reason: 'no_answer',
      answer: '',
      reasoning: 'Let me think about the lighthouse once more. '.repeat(20),
    },
    { reason: 'filtered', answer: '' },
    { failed: 'http_500' },
  ];
  const flagged: readonly Flag[] = ['cut', 'refusal', 'degenerate', 'hedged', 'needle_in_thoughts'];
  return fixtureRun({
    run: 'nightly',
    models: [
      fixtureModel('my-qwen', {
        model: 'Qwen/Qwen2-7B-Instruct',
        maker: 'Alibaba',
        parameters: '7B',
        windows: { claimed: 128_000, config: 32_768, documented: 131_072, served: 32_768 },
      }),
    ],
    grids: [{ contextLengths: [1000, 2000, 4000, 8000, 16_000, 32_000], depths, trials: 3 }],
    came: ({ contextLength, depth, trial }) => {
      const row = Math.round(depth * 10);
      if (contextLength === 1000)
        return { score: 1, ...(trial === 0 ? { answer: hostileAnswers[row] ?? '' } : {}) };
      if (contextLength === 8000 && row < 5)
        return { score: trial === 0 ? 0 : 1, flags: trial === 0 ? [flagged[row] ?? 'cut'] : [] };
      if (contextLength === 16_000)
        return row < 4 ? (marks[row] ?? null) : { score: (row * 3 + trial) % 4 === 0 ? 0 : 1 };
      if (contextLength === 16_000 + 16_000)
        return row > 8
          ? null
          : trial === 2 && row > 6
            ? { failed: 'timeout' }
            : row > 5
              ? { score: 0.5 }
              : { reason: 'overflow' };
      return { score: 1 };
    },
  });
}

/** The two published charts as imported runs. */
export function importedRuns(): RunData[] {
  return publishedCharts.map(({ id, chart }) => ({
    dir: `reports/${id}`,
    ...importPublishedChart(chart, { runName: id, importedAt: asked, toolVersion: '0.1.0' }),
  }));
}

/** The view of some runs, made at a fixed time. */
export function fixtureView(runs: readonly RunData[]): ReportView {
  return buildReportView({
    runs,
    panels: runs.flatMap(panelsOf),
    generatedAt: '2026-11-02T09:30:00.000Z',
    toolVersion: '0.1.0',
  });
}
