import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { importPublishedChart } from '../../src/interop/published-chart.ts';
import { publishedCharts } from '../../src/interop/published-charts.ts';
import { manifestSchema } from '../../src/results/manifest-schema.ts';
import { rowSchema } from '../../src/results/row-schema.ts';

const options = { runName: 'published', importedAt: '2025-01-01T00:00:00.000Z', toolVersion: '0.1.0' };

function chartOf(id: string): object {
  const chart = publishedCharts.find((each) => each.id === id)?.chart;
  if (chart === null || typeof chart !== 'object') throw new Error(`expected a chart ${id}`);
  return chart;
}

const deepseek = importPublishedChart(chartOf('deepseek-v2-base-128k'), options);
const glm = importPublishedChart(chartOf('glm-4-9b-chat-1m'), options);

describe('the charts that ship', () => {
  test('DeepSeek-V2: 140 of 144 at 10, 3 at 35K, 7 at 104K', () => {
    expect(deepseek.results).toHaveLength(144);
    const below = deepseek.results.filter(({ score }) => score?.raw !== 10);
    expect(below.map(({ cell, score }) => [cell.contextLength, cell.depth, score?.raw])).toEqual([
      [35_000, 0.27, 3],
      [35_000, 0.36, 3],
      [35_000, 0.64, 3],
      [104_000, 0.45, 7],
    ]);
    expect(below.map(({ score }) => score?.value)).toEqual([2 / 9, 2 / 9, 2 / 9, 6 / 9]);
    expect(deepseek.manifest.models[0]).toMatchObject({
      name: 'DeepSeek-V2 Base',
      maker: 'DeepSeek',
      simulated: false,
      windows: { claimed: 128_000 },
    });
    expect(deepseek.manifest.imported?.note?.en).toMatch(/25K.*35K and 104K/);
  });

  test('GLM-4: all of 144 at 10, from 8,000 to 1,024,000 tokens', () => {
    expect(glm.results).toHaveLength(144);
    expect(glm.results.every(({ score }) => score?.raw === 10 && score.value === 1)).toBe(true);
    expect(new Set(glm.results.map(({ cell }) => cell.contextLength))).toEqual(
      new Set([
        8000, 100_360, 192_728, 285_088, 377_456, 469_816, 562_184, 654_544, 746_912, 839_272, 931_640,
        1_024_000,
      ]),
    );
    expect(glm.manifest.models[0]).toMatchObject({ maker: 'Zhipu AI', windows: { claimed: 1_024_000 } });
    expect(glm.manifest.imported).toMatchObject({ xTitle: 'Token Limit', note: null });
  });

  test('there are two, and each says where it comes from', () => {
    expect(publishedCharts).toHaveLength(2);
    for (const { chart, title } of publishedCharts) {
      expect(title).not.toBe('');
      const { manifest } = importPublishedChart(chart, options);
      expect(manifest.imported?.source).toContain('read off the picture');
    }
  });

  test('they make panels without gaps and without an effective length', () => {
    for (const { manifest, results } of [deepseek, glm]) {
      const [panel] = panelsOf({ dir: '', manifest, results });
      expect(panel?.cells.map((line) => line.map(({ scored }) => scored))).toEqual(
        Array.from({ length: 12 }, () => Array.from({ length: 12 }, () => 1)),
      );
      expect(panel).toMatchObject({
        effective: null,
        effectiveReason: 'imported: one answer a cell',
        promptTokens: 0,
        costUsd: null,
        counts: { planned: 144, scored: 144, missing: 0 },
      });
    }
  });
});

describe('rows', () => {
  test('say that nobody was asked', () => {
    for (const row of deepseek.results) {
      expect(row).toMatchObject({ outcome: 'scored', completion: null, attempts: 0, costUsd: null });
      expect(row.score).toMatchObject({ scale: [1, 10], answer: '', scorer: 'imported' });
      expect(JSON.stringify(row)).not.toContain('latencyMs');
    }
  });

  test('have keys of their own, and prompts that pair with no other run', () => {
    const rows = [...deepseek.results, ...glm.results];
    expect(new Set(rows.map(({ key }) => key)).size).toBe(288);
    expect(new Set(rows.map(({ promptKey }) => promptKey)).size).toBe(288);
  });

  test('survive a round trip through the files’ own checks', () => {
    const copy = JSON.parse(JSON.stringify(deepseek));
    expect(manifestSchema.parse(copy.manifest)).toEqual(deepseek.manifest);
    for (const [index, row] of deepseek.results.entries()) {
      expect(rowSchema.parse(copy.results[index])).toEqual(row);
    }
  });

  test('are the same each time', () => {
    expect(importPublishedChart(chartOf('deepseek-v2-base-128k'), options)).toEqual(deepseek);
  });
});

describe('other charts', () => {
  const small = {
    model: '__proto__',
    title: '',
    source: 'somewhere',
    xTitle: '',
    yTitle: '',
    scoreRange: [0, 100],
    contextLengths: [2000, 1000],
    depthPercents: [50, 0],
    scores: [
      [100, null],
      [0, 25],
    ],
  };

  test('a place without a score gets no row, a model nobody knows no claims', () => {
    const { manifest, results } = importPublishedChart(small, options);
    expect(results.map(({ cell, score }) => [cell.contextLength, cell.depth, score?.value])).toEqual([
      [2000, 0.5, 1],
      [2000, 0, 0],
      [1000, 0, 0.25],
    ]);
    expect(manifest.plannedCells).toBe(4);
    expect(manifest.models[0]).toMatchObject({ name: '__proto__', maker: null, windows: { claimed: null } });
    expect(manifest.imported?.note).toBeNull();
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', 'text', /the chart: /],
    ['null', null, /the chart: /],
    ['a list', [], /the chart: /],
    ['an unknown key', { ...small, surprise: 1 }, /surprise/],
    ['no source', { ...small, source: '' }, /source: /],
    [
      'a score off the scale',
      {
        ...small,
        scores: [
          [101, null],
          [0, 25],
        ],
      },
      /scores\.0\.0: .*0 to 100, got 101/,
    ],
    [
      'a score in words',
      {
        ...small,
        scores: [
          ['10', null],
          [0, 25],
        ],
      },
      /scores\.0\.0: /,
    ],
    ['a missing line', { ...small, scores: [[100, null]] }, /scores: expected 2 rows, one a depth, got 1/],
    [
      'a short line',
      { ...small, scores: [[100, null], [0]] },
      /scores\.1: expected 2 scores, one a length, got 1/,
    ],
    ['a depth twice', { ...small, depthPercents: [50, 50] }, /depthPercents: each depth once/],
    ['a length twice', { ...small, contextLengths: [1000, 1000] }, /contextLengths: each length once/],
    ['a depth past the end', { ...small, depthPercents: [50, 101] }, /depthPercents\.1: /],
    ['a scale of nothing', { ...small, scoreRange: [1, 1] }, /scoreRange: from low to high/],
  ])('refuses %s', (_, json, message) => {
    let caught: unknown;
    try {
      importPublishedChart(json, options);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(NeedlescopeError);
    if (!(caught instanceof NeedlescopeError)) return;
    expect(caught.code).toBe('input_unusable');
    expect(caught.message).toMatch(message);
    expect(caught.hint).toContain('scores[depth][length]');
  });
});
