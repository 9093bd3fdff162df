import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { type Place, plantedOutcome } from '../../src/reference/profiles.ts';
import type { Manifest } from '../../src/results/manifest.ts';
import { quotedOutput } from '../quoted-output.ts';
import { command, type Ended, manifestIn, rowsOf, temporaryFolder } from './command.ts';

type Planted = (model: string, place: Place) => string;
const planted: Planted = (model, place) => plantedOutcome(model.replace('known-answer/', ''), place);

/** What a row says its model did, in the words of the planted truth. */
function recovered(row: Result): string {
  if (row.outcome === 'scored') return row.score?.value === 1 ? 'found' : 'missed';
  return row.reason ?? row.outcome;
}

/** The cells whose recovered outcome is not the planted one. */
function differences(rows: readonly Result[], truth: Planted): string[] {
  return rows
    .filter((row) => recovered(row) !== truth(row.cell.model, row.cell))
    .map(({ cell }) => `${cell.model} ${cell.contextLength} ${cell.depth}`);
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ended: Ended;
let rows: Result[];
let manifest: Manifest;

beforeAll(async () => {
  folder = await temporaryFolder();
  ended = await command(['demo'], { cwd: folder.dir });
  rows = await rowsOf(join(folder.dir, 'reports/demo'));
  manifest = await manifestIn(join(folder.dir, 'reports/demo'));
}, 240_000);

afterAll(() => folder.remove());

test('it ends well, prints each heatmap as simulated or imported, and the path of the report last', () => {
  expect(ended).toMatchObject({ code: 0, signal: null });
  for (const model of ['perfect-1m', 'window-8k', 'fade-64k', 'published-deepseek-v2-cells']) {
    expect(ended.stdout).toContain(`SIMULATED · known-answer/${model}`);
  }
  expect(ended.stdout).toContain('IMPORTED · DeepSeek-V2 Base');
  expect(ended.stdout).toContain('IMPORTED · GLM-4-9B-Chat-1M');
  expect(ended.stdout.trimEnd().split('\n').at(-1)).toBe('report: reports/demo/report.html');
});

test('what the READMEs quote of the demo is what it prints', async () => {
  const printed = ended.stdout.split('\n').map((line) => line.trimEnd());
  for (const name of ['README.md', 'README.zh.md']) {
    const page = await readFile(resolve(import.meta.dirname, '../..', name), 'utf8');
    const quoted = quotedOutput(page).filter(({ command: from }) => from === 'demo');
    expect(quoted, name).toHaveLength(1);
    for (const line of quoted.flatMap(({ lines }) => lines)) expect(printed, name).toContain(line);
  }
});

test('every planned cell has one row, made to the token and counted alike by the endpoint', () => {
  expect(manifest.status).toBe('finished');
  expect(rows.length).toBe(manifest.plannedCells);
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  const longest = rows.filter((row) => row.cell.contextLength === 1_024_000);
  expect(longest.length).toBeGreaterThanOrEqual(12);
  for (const { sample, completion, cell, outcome } of rows) {
    const budget = cell.contextLength - 128;
    expect(sample.promptTokens).toBeLessThanOrEqual(budget);
    expect(sample.promptTokens).toBeGreaterThanOrEqual(budget - 1);
    if (outcome === 'scored') expect(completion?.usage.promptTokens).toBe(sample.promptTokens);
  }
});

test('the recovered profile is the planted one in every cell of every simulated model', () => {
  expect(differences(rows, planted)).toEqual([]);
  const outcomes = new Set(rows.map(recovered));
  expect([...outcomes].sort()).toEqual(['found', 'missed', 'overflow']);
});

test('one planted cell changed is one difference found', () => {
  const at = { model: 'known-answer/perfect-1m', contextLength: 1_024_000, depth: 0.55 };
  const changed: Planted = (model, place) =>
    model === at.model && place.contextLength === at.contextLength && place.depth === at.depth
      ? 'missed'
      : planted(model, place);
  const cells = manifest.grids.find((grid) => grid.model === at.model)?.trials;
  expect(differences(rows, changed)).toHaveLength(cells ?? 0);
  expect(cells).toBeGreaterThan(0);
});

test('the charts of the article stand beside it as imports of their own, with the errors where the picture has them', async () => {
  const chart = await rowsOf(join(folder.dir, 'reports/demo/published/deepseek-v2-base-128k'));
  const errors = chart
    .filter((row) => row.score?.raw !== 10)
    .map(({ cell, score }) => [cell.contextLength, cell.depth, score?.raw]);
  expect(errors).toEqual([
    [35_000, 0.27, 3],
    [35_000, 0.36, 3],
    [35_000, 0.64, 3],
    [104_000, 0.45, 7],
  ]);
  expect(rows.every((row) => row.cell.model.startsWith('known-answer/'))).toBe(true);
  const page = await readFile(join(folder.dir, 'reports/demo/report.html'), 'utf8');
  expect(page).toContain('SIMULATED');
});
