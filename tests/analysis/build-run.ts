import type { Cell } from '../../src/core/cell.ts';
import { hashOf } from '../../src/core/hash.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Result, UnscoredReason } from '../../src/core/result.ts';
import type { Grid, Manifest, ModelRecord, TaskRecord } from '../../src/results/manifest.ts';
import type { RunData } from '../../src/results/run-data.ts';

/** What one cell came to: a score from 0 to 1, the reason it was not scored, a failure, or no row at all. */
export type Outcome = number | UnscoredReason | 'failed' | 'missing';

export interface RunPlan {
  readonly contextLengths: readonly number[];
  readonly depths?: readonly number[];
  readonly trials?: number;
  readonly config?: JsonObject;
  readonly outcome: (cell: Cell) => Outcome;
}

/** Eleven depths from 0 to 1. */
export const elevenDepths: readonly number[] = Array.from({ length: 11 }, (_, index) => index / 10);

/** A finished run of one model on one task whose cells came to what `outcome` says. */
export function buildRun({ contextLengths, depths, trials, config, outcome }: RunPlan): RunData {
  const grid: Grid = {
    model: 'm',
    task: 'niah_single',
    contextLengths,
    depths: depths ?? elevenDepths,
    trials: trials ?? 3,
  };
  const cells = grid.contextLengths.flatMap((contextLength) =>
    grid.depths.flatMap((depth) =>
      Array.from({ length: grid.trials }, (_, trial) => ({
        model: grid.model,
        task: grid.task,
        contextLength,
        depth,
        trial,
      })),
    ),
  );
  const results = cells.flatMap((cell) => {
    const came = outcome(cell);
    return came === 'missing' ? [] : [buildRow(cell, came)];
  });
  return { dir: 'reports/r', manifest: buildManifest(grid, config ?? {}), results };
}

/** One row: 900 counted prompt tokens, 100 ms plus one per 1,000 tokens of length to the first token, 0.01 USD. */
export function buildRow(cell: Cell, came: Exclude<Outcome, 'missing'>): Result {
  const scored = typeof came === 'number';
  const ttftMs = 100 + cell.contextLength / 1000;
  return {
    v: 1,
    key: hashOf({ cell }),
    promptKey: hashOf({ ...cell, model: null }),
    cell,
    sample: {
      promptTokens: 800,
      promptChars: 3000,
      promptSha256: '',
      target: ['1234567'],
      needles: [],
      question: 'What is the code?',
      evidence: null,
    },
    outcome: scored ? 'scored' : came === 'failed' ? 'failed' : 'unscored',
    reason: scored ? null : came === 'failed' ? 'http_500' : came,
    flags: came === 0 ? ['cut'] : [],
    score: scored ? { value: came, raw: null, scale: null, answer: '', scorer: 'includes' } : null,
    completion: scored
      ? {
          text: '',
          reasoning: null,
          finishReason: 'stop',
          servedModel: null,
          usage: { promptTokens: 900, completionTokens: 9, cachedTokens: 0 },
          ttftMs,
          latencyMs: ttftMs + 50,
        }
      : null,
    error: came === 'failed' ? { code: 'http_500', message: 'broken', status: 500 } : null,
    attempts: 1,
    costUsd: scored ? 0.01 : null,
    startedAt: '2025-01-01T00:00:00.000Z',
    finishedAt: '2025-01-01T00:00:01.000Z',
  };
}

function buildManifest(grid: Grid, config: JsonObject): Manifest {
  const model: ModelRecord = {
    name: grid.model,
    model: 'm',
    maker: null,
    parameters: null,
    endpointHost: '127.0.0.1:8000',
    simulated: false,
    windows: { claimed: 128_000, config: null, documented: null, served: null },
    tokenizer: { id: 'o200k_base', exact: true },
    templateOverhead: 8,
    maxTokens: 128,
    price: null,
    note: null,
  };
  const task: TaskRecord = { id: grid.task, name: grid.task, version: 1, scorer: 'includes', needle: null };
  return {
    v: 1,
    tool: { name: 'needlescope', version: '0.0.0' },
    run: 'r',
    status: 'finished',
    startedAt: '2025-01-01T00:00:00.000Z',
    finishedAt: '2025-01-01T01:00:00.000Z',
    config,
    configSha256: hashOf(config),
    seed: 7,
    shard: null,
    lengthBy: 'model',
    corpus: null,
    models: [model],
    tasks: [task],
    grids: [grid],
    plannedCells: grid.contextLengths.length * grid.depths.length * grid.trials,
    imported: null,
  };
}
