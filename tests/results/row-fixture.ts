import type { Result } from '../../src/core/result.ts';
import type { Manifest } from '../../src/results/manifest.ts';

/** A scored row of the published example, with `more` over it. */
export function row(key: string, more: Partial<Result> = {}): Result {
  return {
    v: 1,
    key,
    promptKey: `prompt-${key}`,
    cell: { model: 'my-qwen', task: 'niah_single', contextLength: 8_000, depth: 0.5, trial: 0 },
    sample: {
      promptTokens: 7_872,
      promptChars: 35_012,
      promptSha256: 'ab',
      target: ['48213'],
      needles: [{ requestedDepth: 0.5, depth: 0.4997, tokenOffset: 3_921 }],
      question: null,
      evidence: null,
    },
    outcome: 'scored',
    reason: null,
    flags: [],
    score: { value: 1, raw: null, scale: null, answer: '48213', scorer: 'includes' },
    completion: {
      text: '48213',
      reasoning: null,
      finishReason: 'stop',
      servedModel: null,
      usage: { promptTokens: 7_872, completionTokens: 9, cachedTokens: 0 },
      ttftMs: 210,
      latencyMs: 260,
    },
    error: null,
    attempts: 1,
    costUsd: 0.001,
    startedAt: '2026-03-01T12:00:00.000Z',
    finishedAt: '2026-03-01T12:00:01.000Z',
    ...more,
  };
}

/** A manifest of a run that has begun, with `more` over it. */
export function manifest(more: Partial<Manifest> = {}): Manifest {
  return {
    v: 1,
    tool: { name: 'needlescope', version: '0.1.0' },
    run: 'my-run',
    status: 'started',
    startedAt: '2026-03-01T12:00:00.000Z',
    finishedAt: null,
    config: { version: 1 },
    configSha256: 'cd',
    seed: 7,
    shard: null,
    lengthBy: 'model',
    corpus: null,
    models: [],
    tasks: [],
    grids: [],
    plannedCells: 3,
    imported: null,
    identities: { 'my-qwen / niah_single': { version: 1 } },
    ...more,
  };
}
