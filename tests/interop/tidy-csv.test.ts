import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import type { Result } from '../../src/core/result.ts';
import { parseCsv } from '../../src/interop/csv-records.ts';
import { importedRun } from '../../src/interop/imported-run.ts';
import type { ImportedRun } from '../../src/interop/importer.ts';
import { tidyCsv } from '../../src/interop/tidy-csv.ts';
import { csvField, renderCsv } from '../../src/report/csv.ts';
import type { RunData } from '../../src/results/run-data.ts';
import { fixtureView, importedRuns, mixedRun, simulatedRun } from '../report/fixture-run.ts';

const options = { runName: 'again', importedAt: '2025-01-01T00:00:00.000Z', toolVersion: '0.1.0' };

/** What comes back of runs that went out as CSV. */
function roundTrip(runs: readonly RunData[]): ImportedRun {
  const text = renderCsv(fixtureView(runs));
  return importedRun(tidyCsv.read([{ path: 'report.csv', text }], { model: null, source: null }), options);
}

/** What a table of cells holds of a row. */
const kept = ({ cell, outcome, reason, flags, score, completion, sample, error }: Result): unknown => ({
  cell,
  outcome,
  reason,
  flags,
  score: score === null ? null : [score.value, score.raw, score.scale, score.scorer],
  answer: completion?.text.slice(0, 8_000) ?? null,
  target: sample.target,
  question: sample.question,
  error: error === null ? null : [error.code, error.message],
});
const byCell = (rows: readonly Result[]): Map<string, unknown> =>
  new Map(rows.map((row) => [JSON.stringify(row.cell), kept(row)]));

test('every outcome, flag, answer and gap comes back, hostile answers too', () => {
  const run = mixedRun();
  const again = roundTrip([run]);
  expect(again.results.length).toBeGreaterThan(150);
  expect(byCell(again.results)).toEqual(byCell(run.results));
  const [before] = panelsOf(run);
  const [after] = panelsOf({ dir: '', ...again });
  expect(after?.counts).toEqual(before?.counts);
  expect(after?.cells.map((line) => line.map(({ score }) => score?.mean))).toEqual(
    before?.cells.map((line) => line.map(({ score }) => score?.mean)),
  );
});

test('SIMULATED stays, and the source of imports is named again', () => {
  const again = roundTrip([simulatedRun(), ...importedRuns()]);
  expect(again.manifest.models.filter(({ simulated }) => simulated).map(({ name }) => name)).toEqual([
    'known-answer/perfect-1m',
    'known-answer/window-8k',
    'known-answer/fade-64k',
    'known-answer/published-deepseek-v2-cells',
  ]);
  expect(again.manifest.imported?.source).toMatch(/^report\.csv \(.*niah\.png.*eval_needle\.jpeg/);
  const below = again.results.filter(
    ({ cell, score }) => cell.model === 'DeepSeek-V2 Base' && score?.raw !== 10,
  );
  expect(below.map(({ score }) => [score?.raw, score?.scale])).toEqual([
    [3, [1, 10]],
    [3, [1, 10]],
    [3, [1, 10]],
    [7, [1, 10]],
  ]);
});

test('a model of two runs is told apart by the run', () => {
  const other = mixedRun();
  const again = roundTrip([mixedRun(), { ...other, manifest: { ...other.manifest, run: 'weekly' } }]);
  expect(again.manifest.models.map(({ name }) => name)).toEqual(['my-qwen (nightly)', 'my-qwen (weekly)']);
  expect(again.results).toHaveLength(2 * other.results.length);
});

test('others’ tables need five columns', () => {
  const text = 'model,note,task,context_length,depth,score\nm,x,t,1000,0.5,0.25\nm,y,t,2000,0.5,1\n';
  const again = importedRun(
    tidyCsv.read([{ path: 'a.csv', text }], { model: null, source: 'a blog' }),
    options,
  );
  expect(again.results.map(({ cell, score }) => [cell.contextLength, score?.value, score?.raw])).toEqual([
    [1000, 0.25, null],
    [2000, 1, null],
  ]);
  expect(again.manifest.imported?.source).toBe('a blog');
});

describe('fields', () => {
  const text = fc.string({ unit: 'grapheme' });
  const formula = fc
    .tuple(fc.constantFrom("'", "''", '', ' ', '\t'), fc.constantFrom('=', '+', '-', '@', '\r', '\n'), text)
    .map((parts) => parts.join(''));

  test('any text reads back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(text, formula), { minLength: 1, maxLength: 5 }), (values) => {
        const header = values.map((_, i) => `c${i}`).join(',');
        const line = values.map(csvField).join(',');
        const records = parseCsv({
          path: 'x.csv',
          text: `${header}\r\nx${',x'.repeat(values.length - 1)}\r\n${line}\r\n`,
        });
        const read = records[1] ?? { fields: { c0: '' } };
        const bare = Object.values(read.fields).map((value) =>
          /^'+[\s\u0000-\u001f]*[=+\-@\t\r\n]/.test(value) ? value.slice(1) : value,
        );
        expect(bare).toEqual(values);
      }),
    );
  });

  test('no text begins a formula', () => {
    fc.assert(fc.property(formula, (value) => !/^"?[\s]*[=+\-@]/.test(csvField(value))));
  });
});
