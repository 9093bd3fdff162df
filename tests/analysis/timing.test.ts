import { expect, test } from 'vitest';
import { percentiles, timingOf } from '../../src/analysis/timing.ts';
import { buildRow } from './build-run.ts';

test('percentiles are nearest-rank: each is a time that occurred', () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(times)).toEqual({ n: 100, p50: 50, p90: 90, p95: 95, p99: 99 });
  expect(percentiles([7])).toEqual({ n: 1, p50: 7, p90: 7, p95: 7, p99: 7 });
  expect(percentiles([9, 8])).toEqual({ n: 2, p50: 8, p90: 9, p95: 9, p99: 9 });
  expect(percentiles([])).toBeNull();
});

test('times come from scored rows that have one', () => {
  const cell = { model: 'm', task: 't', contextLength: 1000, depth: 0, trial: 0 };
  const row = buildRow(cell, 1);
  const completion = row.completion;
  if (completion === null) throw new Error('expected an answer');
  const { latencyMs: _, ...imported } = completion;
  const still = { ...row, completion: { ...imported, ttftMs: null } };
  expect(timingOf([row, still, buildRow(cell, 'failed')])).toEqual({
    ttft: { n: 1, p50: 101, p90: 101, p95: 101, p99: 101 },
    latency: { n: 1, p50: 151, p90: 151, p95: 151, p99: 151 },
  });
  expect(timingOf([still])).toEqual({ ttft: null, latency: null });
});
