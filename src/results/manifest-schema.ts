import { z } from 'zod';
import type { JsonObject } from '../core/json.ts';
import { languages } from '../core/language.ts';
import { type Manifest, runStatuses } from './manifest.ts';

const jsonObject = z.custom<JsonObject>(
  (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  'expected an object',
);
const tokens = z.number().int().min(0).nullable();
const name = z.string().nullable();
const note = z.looseObject({ en: z.string(), zh: z.string() }).nullable();

const model = z.looseObject({
  name: z.string(),
  model: name,
  maker: name,
  parameters: name,
  endpointHost: name,
  simulated: z.boolean(),
  windows: z.looseObject({ claimed: tokens, config: tokens, documented: tokens, served: tokens }),
  tokenizer: z
    .looseObject({
      id: z.string(),
      exact: z.boolean(),
      estimate: z.exactOptional(z.looseObject({ scale: z.number(), error: z.number() })),
    })
    .nullable(),
  templateOverhead: tokens,
  maxTokens: tokens,
  price: z
    .looseObject({
      input: z.number(),
      cachedInput: z.number().nullable(),
      output: z.number(),
      currency: z.string(),
    })
    .nullable(),
  note,
  adapted: z.exactOptional(z.array(z.string())),
});

const task = z.looseObject({
  id: z.string(),
  name,
  version: z.number(),
  scorer: z.string(),
  needle: name,
});

const grid = z.looseObject({
  model: z.string(),
  task: z.string(),
  contextLengths: z.array(z.number().int().min(1)),
  depths: z.array(z.number().min(0).max(1)),
  trials: z.number().int().min(1),
  uneven: z.exactOptional(z.boolean()),
});

const corpus = z.looseObject({
  id: z.string(),
  language: z.enum(languages),
  sha256: z.string(),
  chars: z.number().int().min(0),
  origin: z.enum(['generated', 'catalogue', 'files']),
});

const imported = z.looseObject({
  source: z.string(),
  format: z.string(),
  title: name,
  xTitle: name,
  yTitle: name,
  note,
});

const shard = z.looseObject({ index: z.number().int(), count: z.number().int().min(1) }).nullable();
const mergedPart = z.looseObject({ run: z.string(), shard, rows: z.number().int().min(0) });

/** The content of manifest.json, format version 1; keys it does not know are kept. */
export const manifestSchema: z.ZodType<Manifest> = z.looseObject({
  v: z.literal(1, 'expected format version 1; a newer Needlescope may have written this run'),
  tool: z.looseObject({ name: z.literal('needlescope'), version: z.string() }),
  run: z.string(),
  status: z.enum(runStatuses),
  startedAt: z.string(),
  finishedAt: name,
  config: jsonObject,
  configSha256: z.string(),
  seed: z.number(),
  shard,
  lengthBy: z.string(),
  corpus: corpus.nullable(),
  models: z.array(model),
  tasks: z.array(task),
  grids: z.array(grid),
  plannedCells: z.number().int().min(0),
  imported: imported.nullable(),
  identities: z.exactOptional(z.record(z.string(), jsonObject)),
  merged: z.exactOptional(z.array(mergedPart)),
  pack: z.exactOptional(z.string()),
});
