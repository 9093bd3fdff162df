import { panelsOf } from '../../../src/analysis/panels.ts';
import { buildReportView, type ReportView } from '../../../src/report/report-view.ts';
import { fixtureModel, fixtureRun } from '../../report/fixture-run.ts';

export interface LargeRun {
  readonly models: number;
  readonly lengths: number;
  readonly depths: number;
}

/** The view of a large measured run: answers of 40 characters, about one in twelve below full score. */
export function largeView({ models, lengths, depths }: LargeRun): ReportView {
  const contextLengths = Array.from({ length: lengths }, (_, i) => 1000 + i * 5857);
  const depthList = Array.from({ length: depths }, (_, i) => i / (depths - 1));
  const names = Array.from({ length: models }, (_, i) => `model-${i + 1}`);
  const price = { input: 0.14, cachedInput: 0.014, output: 0.28, currency: 'USD' };
  const run = fixtureRun({
    run: 'large',
    models: names.map((name) => fixtureModel(name, { maker: 'Maker', parameters: '9B', price })),
    grids: names.map(() => ({ contextLengths, depths: depthList, trials: 1 })),
    came: ({ model, contextLength, depth }) => {
      // Scattered without a pattern that a packer could use.
      const mixed =
        Math.sin(contextLength * 12.9898 + depth * 78.233 + names.indexOf(model) * 37.719) * 43758.5453;
      const share = mixed - Math.floor(mixed);
      const digits = String(1_000_000 + Math.floor(share * 9_000_000));
      if (share < 0.004) return { reason: 'overflow' };
      if (share < 0.006) return { failed: 'timeout' };
      return share < 0.085
        ? { score: 0, answer: `I could not find it, perhaps ${digits}.....` }
        : { score: 1, answer: `The access code of the place is ${digits}.` };
    },
  });
  // Times and counts as a server gives them, different for every call.
  const results = run.results.map((row, i) => {
    const ms = 200 + ((i * 7919) % 1700);
    const { completion } = row;
    return {
      ...row,
      costUsd: completion === null ? null : Number(((row.sample.promptTokens * 0.14) / 1e6).toFixed(6)),
      startedAt: new Date(1_793_520_000_000 + i * 137).toISOString(),
      completion: completion === null ? null : { ...completion, ttftMs: ms, latencyMs: ms + 40 + (i % 90) },
    };
  });
  const data = { ...run, results };
  return buildReportView({
    runs: [data],
    panels: panelsOf(data),
    generatedAt: '2026-11-02T09:30:00.000Z',
    toolVersion: '0.1.0',
  });
}
