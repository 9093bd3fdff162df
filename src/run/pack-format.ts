import { z } from 'zod';
import type { ResolvedConfig } from '../config/resolved.ts';
import type { JsonObject } from '../core/json.ts';
import { languages } from '../core/language.ts';
import type { Message, Sample } from '../core/sample.ts';
import type { Manifest } from '../results/manifest.ts';
import { sampleSchema } from '../results/row-schema.ts';
import { type TaskName, tasks } from '../tasks/tasks.ts';

/** What the prompts of a pack were made from: all of a config that shapes them. */
type PackConfig = Pick<
  ResolvedConfig,
  'tasks' | 'lengthBy' | 'trials' | 'corpus' | 'haystacks' | 'strategy' | 'prompt' | 'seed'
>;

/** The first line of a pack. */
export interface PackHeader {
  /** The format's version. */
  readonly pack: 1;
  readonly tool: { readonly name: 'needlescope'; readonly version: string };
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly api: 'chat' | 'completions';
  /** Room for the answer in every prompt, in tokens. */
  readonly maxTokens: number;
  /** The model it was counted for: its id and how its tokenizer was named. */
  readonly model: { readonly id: string; readonly tokenizer: ResolvedConfig['models'][number]['tokenizer'] };
  readonly tokenizer: { readonly id: string; readonly exact: boolean };
  readonly templateOverhead: number;
  readonly grid: {
    readonly contextLengths: readonly number[];
    readonly depths: readonly number[];
    readonly trials: number;
  };
  readonly corpus: NonNullable<Manifest['corpus']>;
  readonly config: PackConfig;
  /** What result keys are made of, by task, without the model. */
  readonly identities: Readonly<Record<string, JsonObject>>;
}

/** One frozen prompt. */
export interface PackPrompt {
  readonly cell: {
    readonly task: string;
    readonly contextLength: number;
    readonly depth: number;
    readonly trial: number;
  };
  readonly promptKey: string;
  readonly sample: Sample;
  readonly messages: readonly Message[];
}

/** The last line: without it a pack was torn off. */
export interface PackEnd {
  readonly end: {
    readonly prompts: number;
    /** SHA-256 of all lines before this one, each with its line feed: targets count like texts. */
    readonly sha256: string;
  };
}

const taskNames = Object.keys(tasks) as [TaskName, ...TaskName[]];
const object = z.custom<JsonObject>(
  (value) => value !== null && typeof value === 'object' && !Array.isArray(value),
  'expected an object',
);
const count = z.number().int().min(0);

export const packHeaderSchema = z.looseObject({
  pack: z.literal(1, 'expected pack format 1; a newer Needlescope may have written it'),
  tool: z.looseObject({ name: z.literal('needlescope'), version: z.string() }),
  exportedAt: z.string(),
  api: z.enum(['chat', 'completions']),
  maxTokens: z.number().int().min(1),
  model: z.looseObject({ id: z.string(), tokenizer: z.union([z.string(), object]) }),
  tokenizer: z.looseObject({ id: z.string(), exact: z.boolean() }),
  templateOverhead: count,
  grid: z.looseObject({
    contextLengths: z.array(count.min(1)).min(1),
    depths: z.array(z.number().min(0).max(1)).min(1),
    trials: count.min(1),
  }),
  corpus: z.looseObject({
    id: z.string(),
    language: z.enum(languages),
    sha256: z.string(),
    chars: count,
    origin: z.enum(['generated', 'catalogue', 'files']),
  }),
  config: z.looseObject({
    tasks: z.array(z.looseObject({ id: z.string(), name: z.enum(taskNames), params: object })).min(1),
    lengthBy: z.string(),
    trials: count.min(1),
    haystacks: z.enum(['fresh', 'shared', 'nested']),
    prompt: z.looseObject({ system: z.string().nullable() }),
    seed: count,
  }),
  identities: z.record(z.string(), object),
});

export const packPromptSchema: z.ZodType<PackPrompt> = z.looseObject({
  cell: z.looseObject({
    task: z.string(),
    contextLength: count.min(1),
    depth: z.number().min(0).max(1),
    trial: count,
  }),
  promptKey: z.string(),
  sample: sampleSchema,
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1),
});

export const packEndSchema: z.ZodType<PackEnd> = z.strictObject({
  end: z.strictObject({ prompts: count, sha256: z.string() }),
});
