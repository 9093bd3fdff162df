import { basename } from 'node:path';
import { z } from 'zod';
import { gradedScore, plainRecord } from './imported-row.ts';
import type { Importer, SourceFile } from './importer.ts';
import { noteOn } from './known-models.ts';
import { needleTask } from './published-chart.ts';
import { publishedResults } from './published-results.ts';
import {
  checkRecord,
  fileNames,
  fractionOf,
  headOf,
  parseJson,
  placeItems,
  sourceError,
  withoutMark,
} from './source-text.ts';

/** Grades that Kamradt's judge gives: 1 to 10. */
export const gradeScale = [1, 10] as const;

const recordSchema = z.object({
  token_limit: z.int().positive().max(1e9),
  depth_percent: z.number().min(0).max(100),
  score: z.number().min(gradeScale[0]).max(gradeScale[1]),
});

/** The arrays name no model: these two files of his repository are of one that its picture names. */
const isGpt4 = ({ path }: SourceFile): boolean => /^OpenAI_OriginalResults(_\d)?\.json$/.test(basename(path));

/** Kamradt's arrays of November 2023: `[{token_limit, depth_percent, score}]`, a file a round; a later file's cells are the next trial. */
export const kamradtArray: Importer = {
  summary: 'Kamradt’s 2023 arrays: [{token_limit, depth_percent, score 1–10}], a file a round (JSON).',
  endings: ['.json'],
  recognises: (file) => {
    const head = headOf(file);
    return head.startsWith('[') && head.includes('"token_limit"') && head.includes('"depth_percent"');
  },
  read: (files, hints) => {
    const gpt4 = files.every(isGpt4);
    const model = hints.model ?? (gpt4 ? 'GPT-4-1106-preview' : null);
    if (model === null) {
      throw sourceError(
        files[0] as SourceFile,
        'expected the name of a model, but such an array holds none',
        {
          hint: 'say which model it was: --model gpt-4-1106-preview',
        },
      );
    }
    const records = files.flatMap((file) => {
      const items = parseJson(file);
      if (!Array.isArray(items) || items.length === 0) {
        throw sourceError(file, 'expected an array of {token_limit, depth_percent, score}', { line: 1 });
      }
      return placeItems(withoutMark(file.text), items).map((item) => {
        const { token_limit, depth_percent, score } = checkRecord(file, item, recordSchema);
        return {
          ...plainRecord,
          model,
          task: needleTask.id,
          contextLength: token_limit,
          depth: fractionOf(depth_percent),
          score: gradedScore(score, gradeScale),
        };
      });
    });
    return publishedResults(records, {
      format: 'kamradt-array',
      source: hints.source ?? `${gpt4 ? 'gkamradt/LLMTest_NeedleInAHaystack, ' : ''}${fileNames(files)}`,
      title: gpt4 ? 'Pressure Testing GPT-4 128K via "Needle In A HayStack"' : null,
      xTitle: 'Context Length (# Tokens)',
      yTitle: 'Placed Fact Document Depth',
      note: noteOn(model),
      tasks: [needleTask],
    });
  },
};
