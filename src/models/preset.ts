import { z } from 'zod';

const text = z.string().min(1);
const tokens = z.int().min(1).max(2_000_000);
const ascending = (list: readonly number[]): boolean =>
  list.every((value, i) => i === 0 || value > (list[i - 1] ?? 0));
const body = z.record(z.string(), z.json());
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const readonlyList = <Element extends z.ZodType>(element: Element) => z.array(element).readonly();

/** Vocabularies that models share, by the name of the first that had them. See `tokenizerFamilies`. */
const familyNames = ['llama-3', 'glm-4', 'qwen2', 'deepseek-v2', 'deepseek-v4', 'o200k'] as const;
export type TokenizerFamily = (typeof familyNames)[number];

/** Per million tokens, as someone published it on a date. */
const publishedPrice = z
  .strictObject({
    input: z.number().positive(),
    cachedInput: z.number().positive().nullable(),
    output: z.number().positive(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    /** A year, a month or a day. */
    asOf: z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/),
    source: text,
  })
  .readonly();

const publishedGrid = z
  .strictObject({
    contextLengths: readonlyList(tokens).refine(ascending),
    /** 0 to 100, as printed on the chart. */
    depthPercents: readonlyList(z.number().min(0).max(100)).refine(ascending),
  })
  .readonly();

/** What is known of a model before any server is asked: one row of the model table. */
export const presetSchema = z
  .strictObject({
    /** As people write it. */
    label: text,
    /** null for the known-answer endpoint: its models never carry a maker's name. */
    maker: text.nullable(),
    parameters: z.string().regex(/^\d/).nullable(),
    /** The id sent to an endpoint that nothing else is known of: the canonical Hugging Face repository, as vLLM and SGLang serve it. */
    id: text,
    /** Ids at the providers that have one of their own. */
    ids: z.record(z.string(), text).readonly(),
    /** Earlier names and mirrors of the repository: where else its tokenizer may lie. */
    otherRepositories: readonlyList(z.string().regex(/^[\w.-]+\/[\w.-]+$/)),
    /**
     * Tokens, three numbers kept apart: what the model's config file says (null: it has none that is public), what its documentation
     * promises, and what a server serves, which no table can know.
     */
    windows: z.strictObject({ config: tokens.nullable(), documented: tokens, served: z.null() }).readonly(),
    /** What the server must be told before it serves the documented window; null where the config's window is the documented one. */
    yarn: z
      .strictObject({
        factor: z.number().positive(),
        originalWindow: tokens,
        ropeTheta: z.number().positive(),
      })
      .readonly()
      .nullable(),
    /** Tokens that the article's comparison table gives this model; null for models it does not name. */
    articleClaim: tokens.nullable(),
    /** A tokenizer's name, or `auto`: the best at hand, with the family as a hint. */
    tokenizer: z.enum(['auto', 'o200k_base']),
    tokenizerFamily: z.enum(familyNames),
    /** Tokens the chat template adds to one user message without a system message; null = learn it from the first usage. */
    templateOverhead: z.int().min(1).max(100).nullable(),
    /** What the chat template says for a system message that nobody sent; null: nothing, or it is not known. */
    defaultSystemPrompt: text.nullable(),
    /** Request fields that turn thinking off and on; null for models that never think. */
    thinking: z.strictObject({ off: body, on: body }).readonly().nullable(),
    /** What the maker advises for everyday use. A run samples at temperature 0, whatever is advised. */
    sampling: z
      .strictObject({ temperature: z.number().min(0).max(2), topP: z.number().min(0).max(1) })
      .readonly()
      .nullable(),
    /** Sent with every request unless the config says otherwise. */
    extraBody: body,
    price: publishedPrice.nullable(),
    /** The grid of the maker's own needle chart; null where it published none that we could read. */
    publishedGrid: publishedGrid.nullable(),
    stop: readonlyList(text),
    sources: readonlyList(text).refine((list) => list.length > 0),
    /** The day these facts were last held against their sources; null = not yet. */
    verifiedOn: day.nullable(),
    /** Fields of this row that no source was at hand for: derived, or remembered. */
    unverified: readonlyList(text),
    /** True for `known-answer/*` only. */
    simulated: z.boolean(),
    /** A sentence for the reader of a report. */
    note: z
      .strictObject({ en: text, zh: z.string().regex(/\p{Script=Han}/u) })
      .readonly()
      .nullable(),
  })
  .readonly();
export type ModelPreset = z.output<typeof presetSchema>;
