import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pointEffectiveLength, weightedAverages } from '../../src/analysis/curve.ts';

interface Row {
  readonly model: string;
  /** As printed, in lower case: `>128k`, `64k`, `<4k`. */
  readonly effective: string;
  readonly points: readonly { readonly contextLength: number; readonly score: number }[];
  /** null where the table gives none. */
  readonly averages: { readonly increasing: number; readonly decreasing: number } | null;
}

const text = readFileSync(new URL('../data/ruler-readme-table.csv', import.meta.url), 'utf8');
const rows: readonly Row[] = text
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const fields = [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)].map(([, field = '']) =>
      field.replaceAll('"', ''),
    );
    const points = [4_000, 8_000, 16_000, 32_000, 64_000, 128_000]
      .map((contextLength, index) => ({ contextLength, score: Number(fields[3 + index]) }))
      .filter(({ score }) => !Number.isNaN(score));
    const given = fields[10] !== '' && fields[11] !== '';
    return {
      model: fields[0] as string,
      effective: (fields[2] as string).toLowerCase(),
      points,
      averages: given ? { increasing: Number(fields[10]), decreasing: Number(fields[11]) } : null,
    };
  });

test("RULER's weighted averages come out as published, to the last digit and a rounding", () => {
  const given = rows.filter(({ averages }) => averages !== null);
  expect([rows.length, given.length]).toEqual([44, 34]);
  for (const { model, points, averages } of given) {
    const own = weightedAverages(points.map(({ score }) => score));
    expect(Math.abs((own?.increasing ?? 0) - (averages?.increasing ?? 0)), model).toBeLessThan(0.1 + 1e-9);
    expect(Math.abs((own?.decreasing ?? 0) - (averages?.decreasing ?? 0)), model).toBeLessThan(0.1 + 1e-9);
  }
});

test("RULER's rule at 85.6 tells the rows whose published effective length breaks it", () => {
  const broken = rows.filter(({ points, effective }) => {
    const length = pointEffectiveLength(points, 85.6);
    const label = length === null ? '<4k' : length === 128_000 ? '>128k' : `${length / 1000}k`;
    return label !== effective;
  });
  expect(
    broken.map(({ model, effective, points }) => [model, effective, pointEffectiveLength(points, 85.6)]),
  ).toEqual([
    ['Qwen3-14B* (14B)', '>128k', 64_000],
    ['Qwen2.5-7B-Instruct-1M* (7B)', '>128k', 64_000],
    ['Qwen3-8B* (8B)', '64k', 32_000],
    ['Qwen3-4B* (4B)', '64k', 32_000],
    ['EXAONE-4.0-1.2B* (1.2B)', '32k', 16_000],
  ]);
});
