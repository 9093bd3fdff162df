import { z } from 'zod';
import type { Result } from '../core/result.ts';
import { outcomes } from '../core/result.ts';
import type { Flag } from '../core/score.ts';

// Loose everywhere: a key that a newer version adds is kept as it came, so that rewriting a run loses nothing.
const count = z.number().int().min(0);
const text = z.string();
const fraction = z.number().min(0).max(1);

const cell = z.looseObject({
  model: text,
  task: text,
  contextLength: count,
  depth: fraction,
  trial: count,
});

const needle = z.looseObject({ requestedDepth: fraction, depth: fraction, tokenOffset: count });
const evidence = z.looseObject({ before: text, needle: text, after: text });

/** What was made for one cell, as rows and prompt packs hold it. */
export const sampleSchema = z.looseObject({
  promptTokens: count,
  promptChars: count,
  promptSha256: text,
  target: z.array(text),
  needles: z.array(needle).default([]),
  question: text.nullable().default(null),
  evidence: z.array(evidence).nullable().default(null),
});

const usage = z.looseObject({
  promptTokens: count.nullable(),
  completionTokens: count.nullable(),
  cachedTokens: count.nullable().default(null),
});

const completion = z.looseObject({
  text,
  reasoning: text.nullable().default(null),
  finishReason: text.nullable(),
  servedModel: text.nullable().default(null),
  usage,
  ttftMs: z.number().min(0).nullable().default(null),
  latencyMs: z.exactOptional(z.number().min(0)),
});

const score = z.looseObject({
  value: fraction,
  raw: z.number().nullable().default(null),
  scale: z.tuple([z.number(), z.number()]).nullable().default(null),
  answer: text,
  scorer: text,
});

// Flags never change a score, so one that a newer version adds must not make its rows unreadable.
const flag = z.custom<Flag>((value) => typeof value === 'string', 'expected a string');
const failure = z.looseObject({ code: text, message: text, status: z.number().int().nullable() });

/** One line of results.jsonl, format version 1; keys it does not know are kept. */
export const rowSchema: z.ZodType<Result> = z
  .looseObject({
    v: z.literal(1, 'expected format version 1; a newer Needlescope may have written this run'),
    key: text.min(1),
    promptKey: text,
    cell,
    sample: sampleSchema,
    outcome: z.enum(outcomes),
    reason: text.nullable(),
    flags: z.array(flag).default([]),
    score: score.nullable(),
    completion: completion.nullable(),
    error: failure.nullable().default(null),
    attempts: count,
    costUsd: z.number().min(0).nullable().default(null),
    startedAt: text,
    finishedAt: text,
  })
  .refine((row) => (row.outcome === 'scored') === (row.score !== null), {
    message: 'expected a score on scored rows and on no others',
    path: ['score'],
  });
