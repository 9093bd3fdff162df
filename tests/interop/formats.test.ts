import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { panelsOf } from '../../src/analysis/panels.ts';
import { NeedlescopeError } from '../../src/core/errors.ts';
import { importedRun } from '../../src/interop/imported-run.ts';
import type { ImportedRun, SourceFile } from '../../src/interop/importer.ts';
import { importers, recogniseFormat } from '../../src/interop/importers.ts';
import { publishedCharts } from '../../src/interop/published-charts.ts';
import { manifestSchema } from '../../src/results/manifest-schema.ts';
import { rowSchema } from '../../src/results/row-schema.ts';

const options = { runName: 'published', importedAt: '2025-01-01T00:00:00.000Z', toolVersion: '0.1.0' };
const noHints = { model: null, source: null };

const published = (name: string): SourceFile => ({
  path: name,
  text: readFileSync(join(import.meta.dirname, '..', 'golden', 'published', name), 'utf8'),
});
const json = (path: string, value: unknown): SourceFile => ({ path, text: JSON.stringify(value) });

/** The run in files of whatever format, recognised as `--from auto` does. */
function importAuto(
  files: readonly SourceFile[],
  hints: Partial<typeof noHints> | { model?: string } = {},
): ImportedRun {
  return importedRun(importers[recogniseFormat(files)].read(files, { ...noHints, ...hints }), options);
}

function panelOf(run: ImportedRun): ReturnType<typeof panelsOf>[number] {
  const [panel] = panelsOf({ dir: '', ...run });
  if (panel === undefined) throw new Error('expected a panel');
  return panel;
}

const arrays = ['OpenAI_OriginalResults.json', 'OpenAI_OriginalResults_2.json'].map(published);

describe('GPT-4 128K, Kamradt’s arrays of 2023', () => {
  const run = importAuto(arrays);
  const panel = panelOf(run);

  test('a row a record, the second round as trial 1, keys unique, both files’ own checks passed', () => {
    expect(run.results).toHaveLength(330);
    expect(run.results.filter(({ cell }) => cell.trial === 1)).toHaveLength(105);
    expect(new Set(run.results.map(({ key }) => key)).size).toBe(330);
    expect(manifestSchema.parse(JSON.parse(JSON.stringify(run.manifest)))).toEqual(run.manifest);
    for (const row of run.results) expect(rowSchema.parse(JSON.parse(JSON.stringify(row)))).toEqual(row);
    expect(JSON.stringify(run.results)).not.toContain('latencyMs');
    expect(run.manifest).toMatchObject({
      plannedCells: 330,
      models: [{ name: 'GPT-4-1106-preview', maker: 'OpenAI' }],
    });
  });

  // Read off img/GPT_4_testing.png of gkamradt/LLMTest_NeedleInAHaystack: the labels of its 27 cells that are not green,
  // by depth; it prints means of 2 and 3 as 0 %.
  const picture: Readonly<Record<number, Readonly<Record<number, number>>>> = {
    7: { 82643: 0, 100786: 0, 109857: 55, 118929: 55, 128000: 0 },
    14: { 73571: 0, 82643: 65, 100786: 0, 109857: 0, 118929: 65, 128000: 55 },
    21: { 100786: 65, 109857: 65, 118929: 40, 128000: 0 },
    29: { 82643: 55, 100786: 65, 118929: 65 },
    36: { 73571: 55, 118929: 65 },
    43: { 82643: 85, 100786: 65, 118929: 55, 128000: 65 },
    50: { 118929: 40 },
    79: { 128000: 65 },
    86: { 128000: 65 },
  };

  test('all 225 cells are green where the picture is green and carry its label where it is not', () => {
    let seen = 0;
    for (const line of panel.cells) {
      for (const cell of line) {
        const label = picture[Math.round(cell.depth * 100)]?.[cell.contextLength];
        const mean = (cell.score?.mean ?? Number.NaN) * 9 + 1;
        if (label === undefined) expect(mean).toBe(10);
        else if (label === 0) expect(mean).toBeLessThanOrEqual(3);
        else expect(mean * 10).toBeCloseTo(label, 6);
        seen += 1;
      }
    }
    expect(seen).toBe(225);
  });

  test('the published column means: 10 up to 64,500, then as printed', () => {
    const means = panel.lengths.map(({ contextLength, score }) => [
      contextLength,
      Number(((score?.mean ?? Number.NaN) * 9 + 1).toFixed(2)),
    ]);
    expect(means.filter(([length = 0]) => length <= 64_500).every(([, mean]) => mean === 10)).toBe(true);
    expect(means.slice(-7)).toEqual([
      [73_571, 9.17],
      [82_643, 8.9],
      [91_714, 10],
      [100_786, 8.23],
      [109_857, 8.93],
      [118_929, 7.9],
      [128_000, 8],
    ]);
  });

  test('cells asked once are whole, not half missing', () => {
    expect(panel.counts).toMatchObject({ planned: 330, scored: 330, missing: 0 });
    expect(panel.lengths.map(({ planned }) => planned)).toEqual([...Array(8).fill(15), ...Array(7).fill(30)]);
  });

  test('files that name no model need one', () => {
    const other = arrays.map((file) => ({ ...file, path: 'mine.json' }));
    expect(() => importAuto(other)).toThrow(/name of a model/);
    expect(importAuto(other, { model: 'mine' }).manifest.models[0]).toMatchObject({
      name: 'mine',
      maker: null,
    });
  });
});

/** As Kamradt's tester writes a cell; figures of two of its published files, answers of our own. */
const cellFile = (depth: number, version: number, score: number): SourceFile =>
  json(`token_len_6853_depth_${depth * 100}_results${version === 1 ? '' : `_${version}`}.json`, {
    model: 'claude-2.1',
    context_length: 6853,
    file_name: `token_len_6853_depth_${depth * 100}`,
    depth_percent: depth,
    version,
    needle: '\n  A needle of our own.\n  ',
    model_response: `answer ${version}`,
    score,
  });

test('Kamradt’s per-cell files: versions in order, answers kept, 1–10 mapped to 0–1', () => {
  const run = importAuto([cellFile(99.1, 2, 3), cellFile(14.62, 2, 1), cellFile(14.62, 1, 10)]);
  expect(
    run.results.map(({ cell, score, completion }) => [
      cell.depth,
      cell.trial,
      score?.value,
      completion?.text,
    ]),
  ).toEqual([
    [0.1462, 0, 1, 'answer 1'],
    [0.1462, 1, 0, 'answer 2'],
    [0.991, 0, 2 / 9, 'answer 2'],
  ]);
  expect(run.results[0]?.score).toMatchObject({ raw: 10, scale: [1, 10] });
  expect(run.manifest).toMatchObject({
    models: [{ name: 'claude-2.1', maker: 'Anthropic', windows: { claimed: 200_000 } }],
    tasks: [{ needle: 'A needle of our own.' }],
  });
  expect(panelOf(run).counts).toMatchObject({ planned: 3, missing: 0 });
});

describe('Kamradt’s JSONL of 2026, as needlehaystack 2.0.0 wrote it against our endpoint', () => {
  const file = published('needlehaystack-2.jsonl');
  const run = importAuto([file]);

  test('answers are scored, errors are failures, seeds are trials', () => {
    expect(run.results).toHaveLength(12);
    expect(run.results.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(6).fill('failed'),
      ...Array(6).fill('scored'),
    ]);
    const [row] = run.results;
    expect(row).toMatchObject({ cell: { contextLength: 500, depth: 0, trial: 0 }, score: { value: 1 } });
    expect(row?.completion?.text).toContain(row?.sample.target[0] ?? '?');
    expect(row?.sample.needles).toEqual([{ requestedDepth: 0, depth: 0, tokenOffset: 0 }]);
    expect(run.results.find(({ outcome }) => outcome === 'failed')?.error?.message).toContain(
      'maximum context length',
    );
  });

  test('a simulated model stays simulated, whatever tool asked it', () => {
    expect(run.manifest.models).toMatchObject([{ name: 'known-answer/window-8k', simulated: true }]);
  });

  test('an error gives way to a later answer of the same cell and seed', () => {
    const [first = ''] = file.text.split('\n');
    const failed = {
      ...(JSON.parse(first) as object),
      status: 'error',
      score: null,
      response: null,
      error: 'reset',
    };
    const again = importAuto([{ path: 'x.jsonl', text: `${JSON.stringify(failed)}\n${first}\n` }]);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['scored']);
  });
});

test('RULER predictions: its own rules, model, length and task from the path, depth from the input', () => {
  const rows = [
    {
      index: 0,
      pred: 'It is 1234567.',
      input: `${'x'.repeat(50)}1234567${'x'.repeat(43)}`,
      outputs: ['1234567'],
      others: {},
      truncation: -1,
      length: 4000,
    },
    {
      index: 1,
      pred: 'none',
      input: `1234567${'x'.repeat(93)}`,
      outputs: ['1234567'],
      others: {},
      truncation: -1,
      length: 4000,
    },
  ];
  const lines = (all: readonly object[]): string => all.map((row) => `${JSON.stringify(row)}\n`).join('');
  const run = importAuto([
    { path: 'out/qwen2-7b/synthetic/4096/pred/niah_single_1.jsonl', text: lines(rows) },
    {
      path: 'out/qwen2-7b/synthetic/8192/pred/qa_1.jsonl',
      text: lines([{ index: 0, pred: 'PARIS', input: null, outputs: ['Lyon', 'paris'], length: 8000 }]),
    },
    {
      path: 'out/qwen2-7b/synthetic/8192/pred/niah_multivalue.jsonl',
      text: lines([{ index: 0, pred: 'only 11', outputs: ['11', '22'], length: 8000 }]),
    },
  ]);
  expect(
    run.results.map(({ cell, score }) => [
      cell.model,
      cell.task,
      cell.contextLength,
      cell.depth,
      score?.value,
      score?.scorer,
    ]),
  ).toEqual([
    ['qwen2-7b', 'niah_single_1', 4096, 0.5, 1, 'string_match_all'],
    ['qwen2-7b', 'niah_single_1', 4096, 0, 0, 'string_match_all'],
    ['qwen2-7b', 'qa_1', 8192, 0, 1, 'string_match_part'],
    ['qwen2-7b', 'niah_multivalue', 8192, 0, 0.5, 'string_match_all'],
  ]);
  expect(run.manifest.imported?.note?.en).toContain('2 of 4 predictions do not say where');
});

test('evalscope’s report: a metric a cell, a task a language', () => {
  const metric = (name: string, scores: Readonly<Record<string, number>>): object => ({
    name,
    num: 1,
    score: 0.5,
    macro_score: 0.5,
    categories: [
      {
        name: ['default'],
        num: 1,
        score: 0.5,
        macro_score: 0.5,
        subsets: Object.entries(scores).map(([subset, score]) => ({ name: subset, score, num: 1 })),
      },
    ],
  });
  const run = importAuto([
    json('needle_haystack.json', {
      name: 'qwen-plus@needle_haystack',
      dataset_name: 'needle_haystack',
      model_name: 'qwen-plus',
      score: 0.9,
      metrics: [
        metric('Context#1000 Depth#0', { english: 1, chinese: 0.1 }),
        metric('Context#32000 Depth#56', { english: 0.5, chinese: 1 }),
      ],
    }),
  ]);
  expect(
    run.results.map(({ cell, score }) => [cell.task, cell.contextLength, cell.depth, score?.value]),
  ).toEqual([
    ['needle_haystack_english', 1000, 0, 1],
    ['needle_haystack_chinese', 1000, 0, 0.1],
    ['needle_haystack_english', 32_000, 0.56, 0.5],
    ['needle_haystack_chinese', 32_000, 0.56, 1],
  ]);
});

test('Chroma’s evaluated CSV: right or wrong by its judge, errors as failures, the model from the file’s name', () => {
  const text = [
    'token_count,approximate_input_length,needle_depth,question,answer,output,llm_judge_output',
    '100,500,0,"Which, of ours?","Write ""every"" week",Weekly.,true',
    '100,500,10,Q,A,"two\nlines",False',
    '100,10000,0,Q,A,ERROR: rate limit,',
    '',
  ].join('\r\n');
  const run = importAuto([{ path: 'results/gpt_4_1_niah_evaluated.csv', text }]);
  expect(
    run.results.map(({ cell, outcome, score, completion }) => [
      cell.contextLength,
      cell.depth,
      outcome,
      score?.value,
      completion?.text,
    ]),
  ).toEqual([
    [500, 0, 'scored', 1, 'Weekly.'],
    [500, 0.1, 'scored', 0, 'two\nlines'],
    [10_000, 0, 'failed', undefined, undefined],
  ]);
  expect(run.manifest.models[0]?.name).toBe('gpt-4-1');
  expect(run.results[0]?.sample).toMatchObject({
    question: 'Which, of ours?',
    target: ['Write "every" week'],
  });
});

test('chart data: the charts that ship, as files', () => {
  expect(publishedCharts).toHaveLength(2);
  for (const { chart } of publishedCharts) {
    const run = importAuto([json('chart.json', chart)]);
    expect(run.results).toHaveLength(144);
    expect(run.manifest.imported?.source).toContain('read off the picture');
  }
});

describe('damaged and unknown files are named with their line, and give nothing', () => {
  const [array] = arrays as [SourceFile];
  const jsonl = published('needlehaystack-2.jsonl');
  const [, second = ''] = jsonl.text.split('\n');
  const records = [
    { token_limit: 1000, depth_percent: 0, score: 10 },
    { token_limit: 1000, depth_percent: 7, score: 11 },
  ];
  const named = (text: string, path: string): SourceFile => ({ path, text });
  const head = 'model,task,context_length,depth,score';

  test.each<[string, readonly SourceFile[], RegExp]>([
    ['nothing', [named('', 'empty.json')], /^empty\.json: .*an empty file/],
    ['prose', [named('once upon', 'story.txt')], /^story\.txt: expected one of .*"once upon"/],
    ['a manifest of ours', [json('manifest.json', { v: 1, tool: {} })], /^manifest\.json: expected one of/],
    [
      'a torn array',
      [named(`[\n{"token_limit": 1, "depth_percent": 0,\n"score": 10}, {`, 'OpenAI_OriginalResults.json')],
      /expected JSON/,
    ],
    [
      'a grade off the scale',
      [named(JSON.stringify(records, null, 1), 'OpenAI_OriginalResults.json')],
      /^OpenAI_OriginalResults\.json:7: score: /,
    ],
    [
      'two formats',
      [array, named(jsonl.text, 'b.jsonl')],
      /^b\.jsonl: expected kamradt-array like OpenAI_OriginalResults\.json, got kamradt-jsonl/,
    ],
    ['a torn line', [named(`${second}\n${second.slice(0, 400)}`, 'c.jsonl')], /^c\.jsonl:2: /],
    [
      'another schema',
      [named(`${second}\n${second.replace('"schema_version": 2', '"schema_version": 3')}`, 'd.jsonl')],
      /^d\.jsonl:2: schema_version/,
    ],
    [
      'an answer without a score',
      [named(`${second}\n${second.replace(/"score": \{[^}]*\}\}/, '"score": null')}`, 'e.jsonl')],
      /^e\.jsonl:2: score: /,
    ],
    [
      'RULER without a model',
      [named('{"pred":"x","outputs":["y"],"length":5}\n', 'niah_single_1.jsonl')],
      /names the model/,
    ],
    [
      'another evalscope metric',
      [
        json('f.json', {
          dataset_name: 'needle_haystack',
          model_name: 'm',
          metrics: [{ name: 'acc', categories: [{ subsets: [] }] }],
        }),
      ],
      /^f\.json: expected metrics named Context#/,
    ],
    [
      'answers nobody judged',
      [named('approximate_input_length,needle_depth,output\n500,0,x\n', 'm_niah_results.csv')],
      /^m_niah_results\.csv:1: .*llm_judge_output/,
    ],
    [
      'a depth in percent',
      [named(`${head}\nm,t,1000,0,1\nm,t,1000,50,1\n`, 'g.csv')],
      /^g\.csv:3: depth: expected a fraction from 0 to 1, got 50/,
    ],
    [
      'a field too many',
      [named(`${head}\n"m\n",t,1000,0,1\nm,t,1000,0,1,9\n`, 'h.csv')],
      /^h\.csv:4: expected 5 fields/,
    ],
    ['an open quote', [named(`${head}\n"m,t,1000,0,1\n`, 'i.csv')], /^i\.csv:2: expected a closing quote/],
    [
      'a cell twice',
      [named(`${head}\nm,t,1000,0,1\nm,t,1000,0,0\n`, 'j.csv')],
      /^j\.csv:3: expected each cell once, got that of line 2/,
    ],
    ['only a header', [named(`${head}\n`, 'k.csv')], /^k\.csv: expected rows/],
    [
      'two charts',
      publishedCharts.map(({ chart }, i) => json(`${i}.json`, chart)),
      /^1\.json: expected one chart at a time/,
    ],
  ])('%s', (_, files, message) => {
    expect(() => importAuto(files)).toThrow(NeedlescopeError);
    expect(() => importAuto(files)).toThrow(message);
  });

  test('each error can be acted on', () => {
    expect.assertions(2);
    try {
      importAuto([named('once upon', 'story.txt')]);
    } catch (error) {
      expect(error).toMatchObject({ code: 'input_unusable', exitCode: 3 });
      expect((error as NeedlescopeError).hint).toContain('docs/import.md');
    }
  });
});

test('every format recognises its own files and no other', () => {
  const samples: Readonly<Record<keyof typeof importers, SourceFile>> = {
    'published-chart': json('chart.json', publishedCharts[0]?.chart),
    'kamradt-array': arrays[0] as SourceFile,
    'kamradt-cells': cellFile(50, 1, 10),
    'kamradt-jsonl': published('needlehaystack-2.jsonl'),
    ruler: { path: 'a.jsonl', text: '{"index":0,"pred":"x","input":"y","outputs":["z"]}\n' },
    evalscope: json('r.json', { dataset_name: 'needle_haystack', model_name: 'm', metrics: [] }),
    'chroma-csv': {
      path: 'a.csv',
      text: 'token_count,approximate_input_length,needle_depth,question,answer,output,llm_judge_output\n',
    },
    'tidy-csv': { path: 'b.csv', text: '\ufeffmodel,task,context_length,depth,score\n' },
  };
  for (const [name, file] of Object.entries(samples)) {
    const found = Object.entries(importers).filter(([, importer]) => importer.recognises(file));
    expect(found.map(([format]) => format)).toEqual([name]);
    expect(basename(file.path)).not.toBe('');
  }
});
