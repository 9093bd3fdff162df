import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundTicks } from '../../src/report/svg-lines.ts';
import { panelTrends } from '../../src/report/trends.ts';
import { fixtureModel, fixtureRun, fixtureView, importedRuns } from './fixture-run.ts';

const run = fixtureRun({
  run: 'timed',
  models: [fixtureModel('served')],
  grids: [{ contextLengths: [1000, 2000], depths: [0, 1], trials: 3 }],
  came: ({ contextLength, depth }) =>
    contextLength === 2000 ? { reason: 'overflow' } : { score: depth === 0 ? 0 : 1 },
});

test('accuracy, times and rates by length come from the rows; a length nobody answered at has none', () => {
  const [trends] = panelTrends(fixtureView([run]));
  expect(trends?.byLength[0]).toMatchObject({ value: 0.5, n: 6 });
  expect(trends?.byDepth.map((point) => point?.value)).toEqual([0, 1]);
  // Each call of the fixture: 864 tokens read in 120 ms, then 11 more answer tokens in 60 ms.
  expect(trends?.ttft[0]).toEqual({ value: 120, lower: 120, upper: 120, n: 6 });
  expect(trends?.latency[0]).toMatchObject({ value: 180 });
  expect(trends?.promptRate[0]?.value).toBeCloseTo(864 / 0.12, 6);
  expect(trends?.answerRate[0]?.value).toBeCloseTo(11 / 0.06, 6);
  expect(trends?.cachedShare).toBe(0);
  for (const points of [trends?.byLength, trends?.latency, trends?.ttft]) expect(points?.[1]).toBeNull();
});

test('an import has accuracy and no times', () => {
  const [trends] = panelTrends(fixtureView(importedRuns()));
  expect(trends?.byLength.every((point) => point !== null)).toBe(true);
  expect(trends?.latency.every((point) => point === null)).toBe(true);
  expect(trends?.cachedShare).toBeNull();
});

test('ticks start at 0, are few, even and reach what is drawn', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (largest) => {
      const ticks = roundTicks(largest);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1) ?? 0).toBeGreaterThanOrEqual(largest * (1 - 1e-6));
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      const step = ticks[1] ?? 0;
      for (const [i, tick] of ticks.entries())
        expect(tick).toBeCloseTo(i * step, 6 - Math.ceil(Math.log10(largest + 1)));
    }),
  );
});
