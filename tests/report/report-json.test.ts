import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { renderCsv } from '../../src/report/csv.ts';
import { renderJson } from '../../src/report/json.ts';
import { reportFormats } from '../../src/report/write-report.ts';
import { manifestSchema } from '../../src/results/manifest-schema.ts';
import { fixtureView, importedRuns, mixedRun, simulatedRun } from './fixture-run.ts';

const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'report-formats.md'), 'utf8');

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const counts = z.record(z.string(), count);
const score = z.looseObject({ n: count, mean: share, lower: share, upper: share }).nullable();
const clipped = z.looseObject({ text: z.string(), length: count }).nullable();

/** The fields that docs/report-formats.md promises. */
const reportSchema = z.looseObject({
  v: z.literal(1),
  generatedAt: z.iso.datetime(),
  tool: z.looseObject({ name: z.literal('needlescope'), version: z.string() }),
  simulated: z.boolean(),
  imported: z.array(z.string()),
  runs: z.array(manifestSchema),
  panels: z.array(
    z.looseObject({
      id: z.string(),
      run: z.string(),
      model: z.looseObject({ name: z.string(), maker: z.string().nullable(), simulated: z.boolean() }),
      task: z.looseObject({ id: z.string(), scorer: z.string() }),
      imported: z.looseObject({ source: z.string(), format: z.string() }).nullable(),
      grid: z.looseObject({ contextLengths: z.array(count), depths: z.array(share), trials: count }),
      cells: z.array(
        z.array(
          z.looseObject({
            contextLength: count,
            depth: share,
            score,
            planned: count,
            scored: count,
            failed: count,
            missing: count,
            unscored: counts,
            flags: counts,
            keys: z.array(z.string()),
          }),
        ),
      ),
      lengths: z.array(
        z.looseObject({
          contextLength: count,
          score,
          floor: share,
          coverage: share,
          planned: count,
          scored: count,
        }),
      ),
      depths: z.array(score),
      overall: score,
      counts: z.looseObject({
        planned: count,
        scored: count,
        unscored: counts,
        failed: count,
        missing: count,
      }),
      effective: z
        .looseObject({
          bar: share,
          rule: z.enum(['absolute', 'relative']),
          cellsPerLength: count,
          shown: count.nullable(),
          notDisproved: count.nullable(),
        })
        .nullable(),
      effectiveReason: z.string().nullable(),
      preview: z.boolean(),
      costUsd: z.number().nullable(),
      promptTokens: count,
    }),
  ),
  rows: z.array(
    z.looseObject({
      panel: count,
      depthIndex: count,
      lengthIndex: count,
      run: z.string(),
      key: z.string(),
      cell: z.looseObject({
        model: z.string(),
        task: z.string(),
        contextLength: count,
        depth: share,
        trial: count,
      }),
      outcome: z.enum(['scored', 'unscored', 'failed']),
      reason: z.string().nullable(),
      flags: z.array(z.string()),
      score: share.nullable(),
      raw: z.number().nullable(),
      scale: z.tuple([z.number(), z.number()]).nullable(),
      scorer: z.string().nullable(),
      question: z.string().nullable(),
      expected: z.array(z.string()),
      answer: clipped,
      reasoning: clipped,
      needles: z.array(z.looseObject({ depth: share.nullable(), requestedDepth: share.nullable() })),
      error: z.looseObject({ code: z.string(), message: z.string(), status: z.int().nullable() }).nullable(),
      tokens: z.looseObject({ planned: count, counted: count.nullable(), cached: count.nullable() }),
      attempts: count,
      costUsd: z.number().nullable(),
      startedAt: z.string(),
      finishedAt: z.string(),
    }),
  ),
});

const view = fixtureView([simulatedRun(), ...importedRuns(), mixedRun()]);

describe('JSON', () => {
  const report = reportSchema.parse(JSON.parse(renderJson(view)));

  test('holds what the docs promise, of every kind of run', () => {
    expect(report.panels).toHaveLength(7);
    expect(report.rows.length).toBeGreaterThan(900);
    expect(report).toMatchObject({
      simulated: true,
      imported: [/niah/, /needle/].map((part) => expect.stringMatching(part)),
    });
    for (const row of report.rows) {
      const cell = report.panels[row.panel]?.cells[row.depthIndex]?.[row.lengthIndex];
      expect(cell?.keys).toContain(row.key);
      expect(cell?.contextLength).toBe(row.cell.contextLength);
    }
  });

  test('each promised field is in the docs', () => {
    const fields = [
      ...Object.keys(reportSchema.shape),
      ...Object.keys(reportSchema.shape.panels.element.shape).map((name) => `panels[].${name}`),
      ...Object.keys(reportSchema.shape.panels.element.shape.cells.element.element.shape).map(
        (name) => `panels[].cells[][].${name}`,
      ),
      ...Object.keys(reportSchema.shape.rows.element.shape).map((name) => `rows[].${name}`),
    ];
    expect(fields.length).toBeGreaterThan(50);
    for (const field of fields)
      expect(docs, field).toMatch(new RegExp(`\`${field.replace(/[[\].]/g, '\\$&')}[\`.[]`));
  });
});

test('each column of the CSV and each format is in the docs', () => {
  const header = renderCsv(view).split('\r\n', 1)[0]?.split(',') ?? [];
  expect(header.length).toBeGreaterThan(30);
  for (const name of [...header, ...Object.keys(reportFormats), 'terminal'])
    expect(docs, name).toContain(`\`${name}\``);
});
