import type { Cell } from '../core/cell.ts';
import { type Outcome, outcomes } from '../core/result.ts';
import type { Flag } from '../core/score.ts';
import { type CsvRecord, csvHeader, parseCsv } from './csv-records.ts';
import type { Importer, SourceFile, SourceModel, SourceRecord } from './importer.ts';
import { sourceModel } from './known-models.ts';
import { publishedResults } from './published-results.ts';
import { fileNames, sourceError } from './source-text.ts';

const needed = ['model', 'task', 'context_length', 'depth', 'score'] as const;

/**
 * Tidy CSV, a row a cell, as `report --format csv` writes it: scores, outcomes, answers and the word SIMULATED come back
 * as they were; times and costs do not, since nobody was asked here. Others' tables need the columns model, task,
 * context_length, depth (0 to 1) and score (0 to 1) only.
 */
export const tidyCsv: Importer = {
  summary:
    'Tidy CSV, a row a cell: model, task, context_length, depth (0–1), score (0–1); what `report --format csv` writes.',
  endings: ['.csv'],
  recognises: (file) => {
    const header = csvHeader(file);
    return needed.every((name) => header.includes(name));
  },
  read: (files, hints) => {
    const rows = files.flatMap((file) => {
      const header = csvHeader(file);
      const absent = needed.filter((name) => !header.includes(name));
      if (absent.length > 0) throw sourceError(file, `expected the column ${absent[0]}`, { line: 1 });
      const records = parseCsv(file);
      if (records.length === 0) throw sourceError(file, 'expected rows after the header, got none');
      return records.map((record) => readRow(file, record));
    });
    const named = withRuns(rows);
    refuseTwice(named);
    const sources = [...new Set(rows.map(({ source }) => source).filter((source) => source !== ''))];
    const from = sources.length === 0 ? '' : ` (${sources.join('; ')})`;
    return publishedResults(
      named.flatMap(({ row: { cell, said } }, index) =>
        said === null ? [] : [{ ...said, ...cell, model: named[index]?.model ?? cell.model }],
      ),
      {
        format: 'tidy-csv',
        source: hints.source ?? `${fileNames(files)}${from}`,
        models: modelsOf(named),
        missing: named.flatMap(({ row: { cell, said }, model }) =>
          said === null ? [{ ...cell, model }] : [],
        ),
      },
    );
  },
};

interface TidyRow {
  readonly file: SourceFile;
  readonly line: number;
  readonly run: string;
  readonly source: string;
  readonly maker: string;
  readonly claimed: number | null;
  readonly simulated: boolean;
  readonly cell: Cell;
  /** null for a cell that was planned and not asked. */
  readonly said: Omit<SourceRecord, keyof Cell> | null;
}

function readRow(file: SourceFile, { line, fields }: CsvRecord): TidyRow {
  const field = (name: string): string => bare(fields[name] ?? '');
  const fail = (name: string, expected: string): never => {
    throw sourceError(file, `${name}: expected ${expected}, got ${field(name) || 'nothing'}`, { line });
  };
  const number = (name: string, [least, most]: readonly [number, number], expected: string): number => {
    const value = field(name) === '' ? Number.NaN : Number(field(name));
    return value >= least && value <= most ? value : fail(name, expected);
  };
  const numberOrNull = (name: string): number | null =>
    field(name) === '' ? null : number(name, [-1e12, 1e12], 'a number or nothing');
  const whole = (name: string, least: number): number => {
    const value = number(name, [least, 1e9], `a whole number from ${least}`);
    return Number.isInteger(value) ? value : fail(name, `a whole number from ${least}`);
  };
  for (const name of ['model', 'task'] as const) if (field(name) === '') fail(name, 'a name');
  const model = field('model');
  const cell: Cell = {
    model,
    task: field('task'),
    contextLength: whole('context_length', 1),
    depth: number('depth', [0, 1], 'a fraction from 0 to 1'),
    trial: field('trial') === '' ? 0 : whole('trial', 0),
  };
  const outcome = field('outcome') || (field('score') === '' ? 'missing' : 'scored');
  const said = (known: Outcome): TidyRow['said'] => ({
    outcome: known,
    reason: field('reason') || null,
    flags: field('flags').split(' ').filter(Boolean) as Flag[],
    score:
      known === 'scored'
        ? {
            value: number('score', [0, 1], 'a score from 0 to 1'),
            raw: numberOrNull('raw_score'),
            scale: scaleOf(numberOrNull('scale_min'), numberOrNull('scale_max')),
            scorer: field('scorer') || 'imported',
          }
        : null,
    // An empty answer is an answer: its length says so.
    answer: field('answer') === '' && field('answer_chars') === '' ? null : field('answer'),
    question: field('question') || null,
    target: field('expected') === '' ? [] : field('expected').split(' | '),
    needles: [],
    error:
      known === 'failed'
        ? { code: field('reason') || 'imported_error', message: field('error'), status: null }
        : null,
  });
  return {
    file,
    line,
    run: field('run'),
    source: field('source'),
    maker: field('maker'),
    claimed: field('claimed_window') === '' ? null : whole('claimed_window', 1),
    // A simulated model stays one, whatever table it went through.
    simulated: field('label') === 'SIMULATED',
    cell,
    said:
      outcome === 'missing'
        ? null
        : said(
            outcomes.find((name) => name === outcome) ?? fail('outcome', `${outcomes.join(', ')} or missing`),
          ),
  };
}

function scaleOf(least: number | null, most: number | null): readonly [number, number] | null {
  return least === null || most === null ? null : [least, most];
}

/** A text without the apostrophe that CSV puts before what a spreadsheet would run as a formula. */
function bare(value: string): string {
  return /^''*[\s\u0000-\u001f]*[=+\-@\t\r\n]/.test(value) ? value.slice(1) : value;
}

interface NamedRow {
  readonly row: TidyRow;
  readonly model: string;
}

/** A model that several runs asked on one task is told apart by the run's name. */
function withRuns(rows: readonly TidyRow[]): NamedRow[] {
  const runs = new Map<string, Set<string>>();
  const keyOf = ({ cell }: TidyRow): string => JSON.stringify([cell.model, cell.task]);
  for (const row of rows) runs.set(keyOf(row), (runs.get(keyOf(row)) ?? new Set()).add(row.run));
  return rows.map((row) => ({
    row,
    model: (runs.get(keyOf(row))?.size ?? 1) > 1 ? `${row.cell.model} (${row.run})` : row.cell.model,
  }));
}

function refuseTwice(rows: readonly NamedRow[]): void {
  const seen = new Map<string, number>();
  for (const { row, model } of rows) {
    const key = JSON.stringify([
      model,
      row.cell.task,
      row.cell.contextLength,
      row.cell.depth,
      row.cell.trial,
    ]);
    const first = seen.get(key);
    if (first !== undefined) {
      throw sourceError(row.file, `expected each cell once, got that of line ${first} again`, {
        line: row.line,
        hint: 'number a cell’s answers in a column `trial`: 0, 1, 2 …',
      });
    }
    seen.set(key, row.line);
  }
}

function modelsOf(rows: readonly NamedRow[]): SourceModel[] {
  const models = new Map<string, SourceModel>();
  for (const { row, model } of rows) {
    const before = models.get(model) ?? { ...sourceModel(row.cell.model), name: model };
    models.set(model, {
      ...before,
      maker: row.maker || before.maker,
      claimed: row.claimed ?? before.claimed,
      simulated: before.simulated || row.simulated,
    });
  }
  return [...models.values()];
}
