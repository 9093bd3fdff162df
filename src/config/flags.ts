import type { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import { type Language, languages } from '../core/language.ts';
import { shownValue } from './explain.ts';
import { contextLengths, depths } from './grid.ts';
import { placeAt } from './key.ts';
import { modelEntry } from './model-entry.ts';
import { configSchema } from './schema.ts';

/** The flags of `run` and `plan` as the command line hands them over: texts. */
export interface Flags {
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly api?: string | undefined;
  readonly apiKeyEnv?: string | undefined;
  readonly provider?: string | undefined;
  readonly suite?: string | undefined;
  readonly preset?: string | undefined;
  readonly task?: string | undefined;
  readonly lengths?: string | undefined;
  readonly depths?: string | undefined;
  readonly trials?: string | undefined;
  readonly corpus?: string | undefined;
  readonly language?: string | undefined;
  readonly tokenizer?: string | undefined;
  readonly seed?: string | undefined;
  readonly concurrency?: string | undefined;
  readonly rpm?: string | undefined;
  readonly tpm?: string | undefined;
  readonly maxCost?: string | undefined;
  readonly out?: string | undefined;
  readonly shard?: string | undefined;
  readonly order?: string | undefined;
  readonly maxMinutes?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** One part of a run that is split over machines: `index` from 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Flags read into values; undefined where a flag was not given. */
export type FlagValues = ReturnType<typeof readFlags>;

/** Reads flags by the rules of the config's keys; throws `usage` naming the flag, what it expects and an example. */
export function readFlags(flags: Flags) {
  const { execution, budget, trials, seed, order, output } = configSchema.shape;
  const { model, preset, provider, baseUrl, api, apiKeyEnv } = modelEntry.shape;
  const pace = execution.unwrap().shape;
  const limit = budget.unwrap().shape;
  return {
    model: read(flags.model, model, { flag: '--model', example: 'Qwen/Qwen2-7B-Instruct' }),
    preset: read(flags.preset, preset, { flag: '--preset', example: 'qwen2-7b' }),
    provider: read(flags.provider, provider, { flag: '--provider', example: 'vllm' }),
    baseUrl: read(flags.baseUrl, baseUrl, { flag: '--base-url', example: 'http://127.0.0.1:8000/v1' }),
    api: read(flags.api, api, { flag: '--api', example: 'completions' }),
    apiKeyEnv: read(flags.apiKeyEnv, apiKeyEnv, { flag: '--api-key-env', example: 'VLLM_API_KEY' }),
    tokenizer: plainText(flags.tokenizer, '--tokenizer', 'o200k_base'),
    suite: plainText(flags.suite, '--suite', 'niah'),
    tasks: names(flags.task, '--task', 'niah_single'),
    corpus: plainText(flags.corpus, '--corpus', 'prose-en'),
    language: language(flags.language),
    /** The grid of the maker's own chart, where the preset has one. */
    publishedGrid: flags.lengths?.trim() === 'published',
    contextLengths:
      flags.lengths?.trim() === 'published'
        ? undefined
        : read(flags.lengths, contextLengths, {
            flag: '--lengths',
            expected: 'lengths in tokens with commas between',
            example: '1k,8k,64k',
            convert: (text) => text.split(','),
          }),
    depths: read(flags.depths, depths, {
      flag: '--depths',
      expected: 'percents from 0 to 100 with commas between',
      example: '0,50,100',
      convert: (text) => text.split(',').map((part) => toNumber(part.replace(/%\s*$/, ''))),
    }),
    trials: read(flags.trials, trials, { flag: '--trials', example: '3', convert: toNumber }),
    seed: read(flags.seed, seed, { flag: '--seed', example: '7', convert: toNumber }),
    order: read(flags.order, order, { flag: '--order', example: 'cache' }),
    output: read(flags.out, output, { flag: '--out', example: 'reports/my-run' }),
    concurrency: read(flags.concurrency, pace.concurrency, {
      flag: '--concurrency',
      example: '4',
      convert: toNumber,
    }),
    requestsPerMinute: read(flags.rpm, pace.requestsPerMinute, {
      flag: '--rpm',
      example: '60',
      convert: toNumber,
    }),
    tokensPerMinute: read(flags.tpm, pace.tokensPerMinute, {
      flag: '--tpm',
      example: '1000000',
      convert: toNumber,
    }),
    cost: read(flags.maxCost, limit.cost, { flag: '--max-cost', example: '5', convert: toNumber }),
    minutes: read(flags.maxMinutes, limit.minutes, {
      flag: '--max-minutes',
      example: '60',
      convert: toNumber,
    }),
    shard: shard(flags.shard),
  };
}

interface Reading {
  readonly flag: string;
  readonly example: string;
  /** Where the key's own words do not fit a flag. */
  readonly expected?: string;
  readonly convert?: (text: string) => unknown;
}

function read<Schema extends z.ZodType>(
  text: string | undefined,
  schema: Schema,
  reading: Reading,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(reading.convert === undefined ? text : reading.convert(text));
  if (parsed.success) return parsed.data;
  const place = placeAt(schema, []);
  const own = parsed.error.issues.find((each) => each.code === 'custom' && each.message !== 'Invalid input');
  const expected = reading.expected ?? place.expected;
  throw flagError({
    ...reading,
    text: own?.message ?? `expected ${expected}, got ${shownValue(text, place.secret)}`,
  });
}

function plainText(text: string | undefined, flag: string, example: string): string | undefined {
  if (text?.trim() === '') throw flagError({ flag, example, text: 'expected a text, got an empty one' });
  return text?.trim();
}

function names(text: string | undefined, flag: string, example: string): readonly string[] | undefined {
  return plainText(text, flag, example)
    ?.split(',')
    .map((name) => name.trim());
}

function language(text: string | undefined): Language | undefined {
  const known = languages.find((each) => each === text);
  if (text === undefined || known !== undefined) return known;
  throw flagError({
    flag: '--language',
    example: 'zh',
    text: `expected ${languages.join(' or ')}, got ${shownValue(text, false)}`,
  });
}

function shard(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (index >= 1 && index <= count) return { index, count };
  throw flagError({
    flag: '--shard',
    example: '1/4',
    text: `expected part/parts, counted from 1, got ${shownValue(text, false)}`,
  });
}

/**
 * The shard that GitLab's `parallel` gives a job, by CI_NODE_INDEX and CI_NODE_TOTAL; null outside such a job. Throws `usage`
 * where they are no part of a whole.
 */
export function shardOfCi(env: Readonly<Record<string, string | undefined>>): Shard | null {
  const { CI_NODE_INDEX: index, CI_NODE_TOTAL: total } = env;
  if (index === undefined || total === undefined || total === '1') return null;
  const match = /^\d{1,4}$/;
  if (match.test(index) && match.test(total) && Number(index) >= 1 && Number(index) <= Number(total))
    return { index: Number(index), count: Number(total) };
  throw new NeedlescopeError(
    'usage',
    `CI_NODE_INDEX and CI_NODE_TOTAL: expected a part of a whole counted from 1, got ${shownValue(index, false)} of ${shownValue(total, false)}`,
    { hint: 'say which part this is: --shard 1/1 for all of it' },
  );
}

function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function flagError(problem: {
  readonly flag: string;
  readonly example: string;
  readonly text: string;
}): NeedlescopeError {
  return new NeedlescopeError('usage', `${problem.flag}: ${problem.text}`, {
    hint: `for example: ${problem.flag} ${problem.example}`,
  });
}
