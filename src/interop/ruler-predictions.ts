import { basename, extname } from 'node:path';
import { z } from 'zod';
import { plainRecord } from './imported-row.ts';
import type { Importer, SourceFile, SourceRecord } from './importer.ts';
import { publishedResults } from './published-results.ts';
import { checkRecord, fileNames, headOf, mapJsonLines, sourceError } from './source-text.ts';

const rowSchema = z.object({
  pred: z.string(),
  input: z.string().nullable().default(null),
  outputs: z.array(z.coerce.string()).min(1),
  length: z.int().default(-1),
});

/** RULER puts its needles at 40 depths, drawn at random; its rows are gathered at the nearest of these eleven. */
const depthSteps = 10;

/** RULER's two rules (scripts/eval/synthetic/constants.py): the share of references found, and for questions any one of them. */
function rulerScore(task: string, pred: string, outputs: readonly string[]): number {
  const answer = pred.toLowerCase();
  const found = outputs.filter((output) => answer.includes(output.toLowerCase())).length;
  return task.startsWith('qa') ? Number(found > 0) : found / outputs.length;
}

/**
 * Predictions of NVIDIA RULER (`…/<model>/synthetic/<length>/pred/<task>.jsonl`), scored by its own rules. The depth is
 * where the first reference stands in the stored input, by characters; where no input is stored all rows stand at depth 0,
 * and the note says so.
 */
export const rulerPredictions: Importer = {
  summary: 'RULER prediction JSONL: {pred, input, outputs}, at <model>/synthetic/<length>/pred/<task>.jsonl.',
  endings: ['.jsonl'],
  recognises: (file) => {
    // The input stands before the outputs, and may be longer than the head.
    const [first = ''] = headOf(file).split('\n', 1);
    return first.startsWith('{') && /"pred"\s*:/.test(first) && /"(?:input|outputs)"\s*:/.test(first);
  },
  read: (files, hints) => {
    const records = files.flatMap((file) => readPredictions(file, hints.model));
    const placed = records.filter(({ needles }) => needles.length > 0).length;
    return publishedResults(records, {
      format: 'ruler',
      source: hints.source ?? fileNames(files),
      note: placed === records.length ? null : unplacedNote(records.length - placed, records.length),
    });
  },
};

const scorerOf = (task: string): string => (task.startsWith('qa') ? 'string_match_part' : 'string_match_all');

function unplacedNote(count: number, all: number): { readonly en: string; readonly zh: string } {
  return {
    en: `${count} of ${all} predictions do not say where the needle lies; they stand at depth 0 %.`,
    zh: `${all} 条预测中有 ${count} 条没有说明针的位置；这些预测放在深度 0 % 处。`,
  };
}

function readPredictions(file: SourceFile, named: string | null): SourceRecord[] {
  const task = basename(file.path, extname(file.path));
  // <model>/synthetic/<length>/pred/<task>.jsonl
  const folders = file.path.split(/[\\/]/);
  const place = folders.findIndex((name, index) => name === 'pred' && /^\d+$/.test(folders[index - 1] ?? ''));
  const model = named ?? (place >= 3 ? (folders[place - 3] as string) : null);
  if (model === null) {
    throw sourceError(
      file,
      'expected a path <model>/synthetic/<length>/pred/<task>.jsonl that names the model',
      {
        hint: 'say which model it was: --model qwen2-7b',
      },
    );
  }
  return mapJsonLines(file, (placed) => {
    const row = checkRecord(file, placed, rowSchema);
    const asked = place >= 1 ? Number(folders[place - 1]) : row.length;
    if (!(asked > 0)) {
      throw sourceError(file, 'expected the context length in the path (…/<length>/pred/…) or in `length`', {
        line: placed.line,
      });
    }
    const depth = depthIn(row.input, row.outputs);
    return {
      ...plainRecord,
      model,
      task,
      contextLength: asked,
      depth: depth === null ? 0 : Math.round(depth * depthSteps) / depthSteps,
      score: {
        value: rulerScore(task, row.pred, row.outputs),
        raw: null,
        scale: null,
        scorer: scorerOf(task),
      },
      answer: row.pred,
      target: row.outputs,
      needles:
        depth === null
          ? []
          : [{ requestedDepth: Math.round(depth * depthSteps) / depthSteps, depth, tokenOffset: 0 }],
    };
  });
}

/** Characters before the first reference over all characters; null where the input is not stored or does not hold it. */
function depthIn(input: string | null, outputs: readonly string[]): number | null {
  const at = input === null ? -1 : input.indexOf(outputs[0] as string);
  return input === null || at === -1 ? null : at / input.length;
}
