import { basename } from 'node:path';
import { type CsvRecord, csvHeader, parseCsv } from './csv-records.ts';
import { plainRecord } from './imported-row.ts';
import type { Importer, SourceFile, SourceRecord } from './importer.ts';
import { publishedResults } from './published-results.ts';
import { fileNames, fractionOf, sourceError } from './source-text.ts';

const task = 'niah_extension';
const needed = ['approximate_input_length', 'needle_depth', 'output'] as const;

/** The files name their model at the beginning of their names: `gpt_4_1_niah_evaluated.csv`. */
const modelIn = ({ path }: SourceFile): string | null =>
  /^(.+?)_niah(?:_.*)?\.csv$/.exec(basename(path))?.[1]?.replaceAll('_', '-') ?? null;

/** Chroma's evaluated CSV (context-rot, niah_extension): a row a cell, right or wrong by its judge. */
export const chromaCsv: Importer = {
  summary:
    'Chroma context-rot CSV, evaluated: approximate_input_length, needle_depth, output, llm_judge_output.',
  endings: ['.csv'],
  recognises: (file) => {
    const header = csvHeader(file);
    return needed.every((name) => header.includes(name));
  },
  read: (files, hints) => {
    return publishedResults(
      files.flatMap((file) => readFile(file, hints.model)),
      { format: 'chroma-csv', source: hints.source ?? fileNames(files) },
    );
  },
};

function readFile(file: SourceFile, named: string | null): SourceRecord[] {
  if (!csvHeader(file).includes('llm_judge_output')) {
    throw sourceError(file, 'expected a column llm_judge_output: these answers were not judged yet', {
      line: 1,
      hint: 'import the file that evaluation wrote (…_evaluated.csv)',
    });
  }
  const model = named ?? modelIn(file);
  if (model === null) {
    throw sourceError(file, 'expected a file name <model>_niah….csv that names the model', {
      hint: 'say which model it was: --model gpt-4.1',
    });
  }
  const records = parseCsv(file);
  if (records.length === 0) throw sourceError(file, 'expected rows after the header, got none');
  return records.map((record) => recordOf(file, record, model));
}

function recordOf(file: SourceFile, { line, fields }: CsvRecord, model: string): SourceRecord {
  const contextLength = Number(fields['approximate_input_length']);
  const percent = Number(fields['needle_depth']);
  const { output = '', question = '', answer = '' } = fields;
  const verdict = (fields['llm_judge_output'] ?? '').trim().toLowerCase();
  if (!Number.isInteger(contextLength) || contextLength <= 0) {
    throw sourceError(
      file,
      `approximate_input_length: expected tokens, got ${fields['approximate_input_length']}`,
      { line },
    );
  }
  if (fields['needle_depth']?.trim() === '' || !(percent >= 0 && percent <= 100)) {
    throw sourceError(file, `needle_depth: expected 0 to 100, got ${fields['needle_depth']}`, { line });
  }
  const failed = output.startsWith('ERROR');
  if (!failed && verdict !== 'true' && verdict !== 'false') {
    throw sourceError(file, `llm_judge_output: expected true or false, got ${verdict || 'nothing'}`, {
      line,
    });
  }
  return {
    ...plainRecord,
    model,
    task,
    contextLength,
    depth: fractionOf(percent),
    outcome: failed ? 'failed' : 'scored',
    reason: failed ? 'imported_error' : null,
    score: failed ? null : { value: Number(verdict === 'true'), raw: null, scale: null, scorer: 'imported' },
    answer: failed ? null : output,
    question: question || null,
    target: answer === '' ? [] : [answer],
    error: failed ? { code: 'imported_error', message: output, status: null } : null,
  };
}
