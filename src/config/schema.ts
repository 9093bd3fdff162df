import { z } from 'zod';
import catalogue from '../../corpora/catalogue.json' with { type: 'json' };
import { parseThreshold } from '../analysis/threshold.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { languages } from '../core/language.ts';
import { contextLengths, depths, trials } from './grid.ts';
import { key } from './key.ts';
import { modelEntry, orders } from './model-entry.ts';
import { taskEntry } from './task-entry.ts';

const wholeFromOne = 'a whole number from 1 up';

/** Every corpus that has an id: our prose in each language, and the public texts of the catalogue. */
export const corpusIds = [
  ...languages.map((language) => `prose-${language}` as const),
  ...(Object.keys(catalogue) as (keyof typeof catalogue)[]),
];
export type CorpusId = (typeof corpusIds)[number];

const repeat = key(z.boolean(), {
  description:
    'Repeat the text where it is too short for the grid: the same sentences then come again in one haystack.',
  expected: 'true or false',
  default: false,
}).optional();

const corpus = z.union([
  z.enum(corpusIds),
  z.strictObject({
    files: key(z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]), {
      description: 'Text files: a path or glob, or a list; relative to the config.',
      expected: 'a path or a list of paths',
    }),
    language: key(z.enum(languages), {
      description: 'The language of the texts, and so of needle and question.',
      expected: languages.join(' or '),
      default: 'en',
    }).optional(),
    repeat,
  }),
  z.strictObject({
    id: key(z.enum(corpusIds), {
      description: 'A corpus by its id, where it is to be repeated.',
      expected: `one of ${corpusIds.join(', ')}`,
      candidates: corpusIds,
    }),
    repeat,
  }),
]);

const thresholds = z
  .array(key(z.string(), { description: 'A condition.', expected: 'a condition such as accuracy >= 0.95' }))
  .superRefine((conditions, context) => {
    for (const [i, condition] of conditions.entries()) {
      try {
        parseThreshold(condition);
      } catch (error) {
        if (!(error instanceof NeedlescopeError)) throw error;
        context.addIssue({ code: 'custom', path: [i], message: error.message });
      }
    }
  });

const optionalNumber = (schema: z.ZodNumber, description: string, expected: string, example: number) =>
  key(schema.nullable(), { description, expected: `${expected}, or null`, example, default: null });

const execution = z
  .strictObject({
    concurrency: key(z.int().min(1).max(1_024), {
      description: 'Calls in flight at once, at each endpoint; fewer where it turns calls away.',
      expected: 'a whole number from 1 to 1024',
      example: 4,
      default: 4,
    }),
    requestsPerMinute: optionalNumber(z.int().min(1), 'Most calls a minute.', wholeFromOne, 60),
    tokensPerMinute: optionalNumber(z.int().min(1), 'Most prompt tokens a minute.', wholeFromOne, 1_000_000),
    timeoutSeconds: key(z.number().positive().max(86_400), {
      description: 'Bounds one attempt: to the first byte, then between bytes.',
      expected: 'a number of seconds above 0',
      example: 600,
      default: 600,
    }),
    maxAttempts: key(z.int().min(1).max(100), {
      description: 'Attempts for one cell, the first and every 429 included.',
      expected: 'a whole number from 1 to 100',
      example: 6,
      default: 6,
    }),
    stream: key(z.boolean(), {
      description: 'Ask for the answer as a stream, which gives the time to the first token.',
      expected: 'true or false',
      example: true,
      default: true,
    }),
  })
  .partial();

const budget = z
  .strictObject({
    cost: optionalNumber(
      z.number().positive(),
      'Most to spend on the run, earlier commands included, in USD; prices in other currencies are not held.',
      'a number above 0',
      5,
    ),
    promptTokens: optionalNumber(
      z.int().min(1),
      'Most prompt tokens to send for the run, earlier commands included.',
      wholeFromOne,
      10_000_000,
    ),
    minutes: optionalNumber(
      z.number().positive(),
      'Longest time of one command: no call starts after it.',
      'a number above 0',
      60,
    ),
  })
  .partial();

const prompt = z
  .strictObject({
    system: key(z.string().nullable(), {
      description: 'A system message; null sends none.',
      expected: 'a text or null',
      example: null,
      default: null,
    }),
    questionPosition: key(z.enum(['after', 'before', 'both']), {
      description: 'Where the question stands: after the text, before it, or both.',
      expected: 'after, before or both',
      example: 'after',
      default: 'after',
    }),
  })
  .partial();

/** The config file. Nothing is filled in here, so that it can be told what a user wrote and what is a default. */
export const configSchema = key(
  z
    .strictObject({
      models: key(z.array(modelEntry), {
        description: 'The models to test, each behind an OpenAI-compatible endpoint.',
        expected: 'a list of models',
        example: [{ preset: 'qwen2-7b', baseUrl: 'http://127.0.0.1:8000/v1' }],
      }),
      tasks: key(z.array(taskEntry).min(1), {
        description: 'What is asked.',
        expected: 'a list of tasks',
        example: [{ name: 'niah_single' }],
        default: [{ name: 'niah_single' }],
      }),
      contextLengths,
      lengthBy: key(z.string().min(1), {
        description: 'Whose tokens lengths are counted in: model, or one encoding for all models.',
        expected: "model, or an encoding's name",
        example: 'model',
        default: 'model',
      }),
      depths,
      trials,
      corpus: key(corpus, {
        description:
          'The text to hide needles in: an id of `needlescope list corpora`, {files, language}, or {id, repeat}.',
        expected: `${corpusIds.join(', ')}, {files: "texts/*.txt", language: en}, or {id: moby-dick, repeat: true}`,
        candidates: corpusIds,
        example: 'prose-en',
        default: 'prose-en',
      }),
      haystacks: key(z.enum(['fresh', 'shared', 'nested']), {
        description:
          'fresh: a text of its own for each cell; shared: one for each length and trial; nested: one for each trial.',
        expected: 'fresh, shared or nested',
        example: 'fresh',
        default: 'fresh',
      }),
      strategy: key(z.enum(['grid', 'adaptive']), {
        description: 'grid: every cell. adaptive is read, and not run yet.',
        expected: 'grid',
        example: 'grid',
        default: 'grid',
      }),
      order: key(z.enum(orders), {
        description:
          'random; cache: prompts that share a beginning follow each other; bust: none ever shares one.',
        expected: 'random, cache or bust',
        example: 'random',
        default: 'random',
      }),
      prompt: key(prompt, { description: 'How the question is put.', expected: 'a mapping' }),
      seed: key(z.int().nonnegative(), {
        description: 'Everything random comes from it.',
        expected: 'a whole number from 0 up',
        example: 7,
        default: 7,
      }),
      execution: key(execution, { description: 'How the endpoint is called.', expected: 'a mapping' }),
      budget: key(budget, { description: 'Where a run stops, resumable.', expected: 'a mapping' }),
      thresholds: key(thresholds, {
        description: 'Conditions a finished run is checked against.',
        expected: 'a list of conditions',
        example: ['accuracy >= 0.95', 'effectiveLength >= 64k'],
        default: [],
      }),
      output: key(z.string().min(1), {
        description: 'The folder of the run; without it, reports/ and the name of the config or model.',
        expected: 'a folder',
        example: 'reports/my-run',
      }),
    })
    .partial()
    .extend({
      version: key(z.literal(1), { description: 'The format of this file.', expected: '1', example: 1 }),
    })
    .superRefine((config, context) => {
      if (config.strategy === 'adaptive') {
        const message =
          'expected grid, got adaptive (a run asks the whole grid; adaptive is not available yet)';
        context.addIssue({ code: 'custom', path: ['strategy'], message });
      }
      const ids = (config.tasks ?? []).map((task) => task.id ?? task.name);
      for (const [i, id] of ids.entries()) {
        if (ids.indexOf(id) === i) continue;
        const message = `expected an id of its own for each task, got ${JSON.stringify(id)} twice`;
        context.addIssue({ code: 'custom', path: ['tasks', i, 'id'], message });
      }
    }),
  {
    description: 'What to run: a file for `needlescope run`.',
    expected: 'a mapping of keys',
    example: { version: 1, models: [{ preset: 'qwen2-7b', baseUrl: 'http://127.0.0.1:8000/v1' }] },
  },
);

/** A checked config file: lengths in tokens, depths as fractions, nothing filled in. */
export type FileConfig = z.output<typeof configSchema>;
