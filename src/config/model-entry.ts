import { z } from 'zod';
import type { Json } from '../core/json.ts';
import { contextLengths, depths, length, trials } from './grid.ts';
import { key } from './key.ts';

export const apis = ['chat', 'completions'] as const;
export const orders = ['random', 'cache', 'bust'] as const;

/** A name that people read in charts and rows: one line, not too long. */
export const label = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}]*$/u);

/** Fields of a request that the tool writes itself; in `extraBody` they would change what is measured unseen. */
const ownFields = [
  'model',
  'messages',
  'prompt',
  'stream',
  'stream_options',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'stop',
];

const price = z.strictObject({
  input: key(z.number().nonnegative(), {
    description: 'Per million prompt tokens.',
    expected: 'a number from 0 up',
  }),
  cachedInput: key(z.number().nonnegative(), {
    description: 'Per million prompt tokens read from the cache; without it, the same as `input`.',
    expected: 'a number from 0 up',
  })
    .nullable()
    .optional(),
  output: key(z.number().nonnegative(), {
    description: 'Per million answer tokens.',
    expected: 'a number from 0 up',
  }),
  currency: key(z.string().regex(/^[A-Z]{3}$/), {
    description: 'Three capital letters.',
    expected: 'a currency such as USD',
    default: 'USD',
  }).optional(),
});

const path = (description: string) =>
  key(z.string().min(1), { description, expected: 'the path of a file, relative to the config' });
const tokenizer = z.union([
  z.string().min(1),
  z.strictObject({ huggingface: path('A tokenizer.json, or the folder that holds it.') }),
  z.strictObject({
    tiktoken: path('A file of ranks: .tiktoken, or the tokenizer.model of Llama 3 and GLM-4.'),
    pattern: key(z.string().min(1), {
      description: 'What splits a text into words; without it, the one known for this number of ranks.',
      expected: "a pattern's name (see docs/tokenizers.md) or a regular expression",
    }).optional(),
  }),
]);
/** A tokenizer by name (also `server`, `auto`), or by the file it is read from. */
export type TokenizerSpec = z.output<typeof tokenizer>;

const body = z.record(z.string(), z.json() as z.ZodType<Json>).superRefine((fields, context) => {
  for (const name of Object.keys(fields).filter((each) => ownFields.includes(each))) {
    context.addIssue({
      code: 'custom',
      path: [name],
      message: `expected a field that the tool does not write itself, got ${name}`,
    });
  }
});

/** One model of the config. Every key is optional here: a preset or a flag may bring what is missing. */
export const modelEntry = key(
  z
    .strictObject({
      preset: key(z.string().min(1), {
        description: 'A row of the model table; every other key overrides it.',
        expected: "a preset's name",
        example: 'qwen2-7b',
      }),
      name: key(label, {
        description: 'The label in results and report; without it, the preset or the model id.',
        expected: 'one line of text',
        example: 'my-qwen',
      }),
      model: key(z.string().min(1), {
        description: 'The id sent to the endpoint.',
        expected: 'a model id',
        example: 'Qwen/Qwen2-7B-Instruct',
      }),
      provider: key(z.string().min(1), {
        description:
          'A known server or service: its address, the name of its key, its ids and request fields, and who counts tokens there.',
        expected: "a provider's name",
        example: 'vllm',
      }),
      baseUrl: key(z.string().min(1), {
        description: `The endpoint, up to and without /chat/completions. \${NAME} is read from the environment.`,
        expected: 'an address such as http://127.0.0.1:8000/v1',
        example: 'http://127.0.0.1:8000/v1',
        secret: true,
      }),
      apiKeyEnv: key(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), {
        description: 'The environment variable that holds the key. The key itself never stands in a file.',
        expected: 'the name of an environment variable, without $',
        example: 'VLLM_API_KEY',
        secret: true,
      }),
      headers: key(z.record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/), z.string()), {
        description: `Headers sent with every call. \${NAME} is read from the environment.`,
        expected: 'header names with their texts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a user writes it.
        example: { 'X-Team': '${TEAM_TOKEN}' },
        secret: true,
      }),
      contextWindow: key(length, {
        description: 'What the maker claims, in tokens.',
        expected: 'a length in tokens: 8000, 128k (1,000s), 128Ki (1,024s) or 1M',
        example: '128k',
      }),
      tokenizer: key(tokenizer, {
        description:
          'Counts this model’s tokens: a name, {huggingface: path}, {tiktoken: path, pattern: regex}, server or auto.',
        expected: "a tokenizer's name, {huggingface: path}, {tiktoken: path, pattern: regex}, server or auto",
        example: 'auto',
        default: 'auto',
      }),
      templateOverhead: key(z.int().min(0).max(10_000), {
        description:
          'Tokens the chat template adds to one user message; without it, learnt from the first usage.',
        expected: 'a whole number from 0 to 10000',
        example: 19,
      }).nullable(),
      api: key(z.enum(apis), {
        description: 'chat, or completions for base models: the question becomes an answer stem to complete.',
        expected: 'chat or completions',
        example: 'chat',
        default: 'chat',
      }),
      maxTokens: key(z.int().min(1).max(1_000_000), {
        description: 'Tokens reserved for the answer; part of every context length.',
        expected: 'a whole number from 1 up',
        example: 128,
        default: 128,
      }),
      temperature: key(z.number().min(0).max(2), {
        description: 'Sampling temperature; null leaves it out of the request.',
        expected: 'a number from 0 to 2, or null',
        example: 0,
        default: 0,
      }).nullable(),
      stop: key(z.array(z.string().min(1)).max(16), {
        description: 'Stop sequences.',
        expected: 'a list of texts',
        example: ['\n\n'],
      }),
      thinking: key(z.enum(['on', 'off']), {
        description: 'Turns the thoughts of a model on or off, in the words of its provider or preset.',
        expected: 'on or off',
        example: 'off',
      }),
      extraBody: key(body, {
        description: 'More fields for the request body.',
        expected: 'a mapping of request fields',
        example: { chat_template_kwargs: { enable_thinking: false } },
        default: {},
      }),
      price: key(price, {
        description: 'Prices per million tokens; null = unknown.',
        expected: '{input: 0.14, output: 0.28}',
        example: { input: 0.14, cachedInput: 0.014, output: 0.28, currency: 'USD' },
        default: null,
      }).nullable(),
      contextLengths: key(contextLengths, {
        description: "This model's own lengths; without them, the run's.",
        expected: 'a list of lengths, or {from: 1k, to: 128k, count: 12}',
        example: ['1k', '2k', '4k', '8k'],
      }),
      depths: key(depths, {
        description: "This model's own depths; without them, the run's.",
        expected: 'a list of percents from 0 to 100, or {count: 11}',
        example: { count: 11 },
      }),
      trials: key(trials, {
        description: "This model's own number of trials; without it, the run's.",
        expected: 'a whole number from 1 to 10000',
        example: 3,
      }),
      order: key(z.enum(orders), {
        description: "This model's own order of calls; without it, the run's.",
        expected: 'random, cache or bust',
        example: 'cache',
      }),
    })
    .partial()
    .superRefine((model, context) => {
      for (const [name, text] of Object.entries(model.headers ?? {})) {
        if (/^(proxy-)?authorization$|api-?key$/i.test(name) && !/\$\{[^}]+\}/.test(text)) {
          const message = `expected \${NAME} of an environment variable, since keys never stand in a file; got a text`;
          context.addIssue({ code: 'custom', path: ['headers', name], message });
        }
      }
    }),
  {
    description: 'A model behind an OpenAI-compatible endpoint.',
    expected: 'a mapping with preset or model',
    example: { preset: 'qwen2-7b', baseUrl: 'http://127.0.0.1:8000/v1' },
  },
);
export type ModelEntry = z.output<typeof modelEntry>;
