import { createServerCounter } from '../client/tokenize.ts';
import type { TokenizerSpec } from '../config/model-entry.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { ModelPreset, TokenizerFamily } from '../models/preset.ts';
import { findPreset } from '../models/presets.ts';
import { tokenizerFamilies } from '../models/tokenizer-families.ts';
import type { Calibration } from '../tokenizer/calibration.ts';
import { patternNames } from '../tokenizer/patterns.ts';
import { loadTiktoken, type TiktokenEncoding, tiktokenEncodings } from '../tokenizer/tiktoken.ts';
import { type CalibrationRequest, calibrate } from './calibrate.ts';
import { findTokenizers, type Wanted } from './find-tokenizer.ts';
import type { TokenizerCaches } from './tokenizer-caches.ts';
import { fileSpecOf, isFileId, loadFileSpec } from './tokenizer-source.ts';

/** How a config can say a tokenizer, with what it means. */
export const tokenizerNames: Readonly<
  Record<TiktokenEncoding | FamilyName | 'server' | 'calibrated' | 'auto' | FileForm, string>
> = {
  o200k_base: 'tiktoken, in this process: GPT-4o and later, and the known-answer endpoint',
  cl100k_base: 'tiktoken, in this process: GPT-4 and GPT-3.5',
  server: "the model's own server counts (POST /tokenize: vLLM, SGLang, llama.cpp)",
  calibrated:
    "an estimate: o200k_base, scaled to the endpoint's own usage by three short questions and every answer",
  'llama-3': "Llama 3's vocabulary, wherever it lies on this machine (docs/tokenizers.md)",
  'glm-4': "GLM-4's, likewise",
  qwen2: "Qwen2's, likewise",
  'deepseek-v2': "DeepSeek-V2's, likewise",
  auto: "the server, else the model's own file on this machine, else calibrated, else an estimate by o200k_base",
  '{huggingface: path}': "a model's tokenizer.json, or the folder that holds it; also --tokenizer path",
  '{tiktoken: path, pattern: name}': `a rank file (.tiktoken, tokenizer.model); patterns: ${patternNames.join(' ')}`,
};
/** Families whose vocabulary can be named, since files of it exist. */
const familyNames = [
  'llama-3',
  'glm-4',
  'qwen2',
  'deepseek-v2',
] as const satisfies readonly TokenizerFamily[];
type FamilyName = (typeof familyNames)[number];
type FileForm = '{huggingface: path}' | '{tiktoken: path, pattern: name}';

export interface TokenizerRequest {
  readonly spec: TokenizerSpec;
  /** What a tokenizer's file is relative to, absolute. */
  readonly baseDir: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** What the chat template's overhead is measured around; null for `api: completions`, which has BOS at most. */
  readonly messages: readonly Message[] | null;
  /** What `calibrated` needs to ask the endpoint; null: it must not be asked anything. */
  readonly probe: Pick<CalibrationRequest, 'api' | 'extraBody' | 'system' | 'language'> | null;
  /** The row of the model table that it was asked for by; undefined: none, it is known by its id alone. */
  readonly preset?: ModelPreset | undefined;
  /** Where other programs keep tokenizers; nothing: nowhere is looked. */
  readonly caches?: TokenizerCaches | undefined;
  /** Whether the endpoint may count (`POST /tokenize`); false for services that are known not to. @default true */
  readonly serverCounts?: boolean;
  /** The id that an earlier command of the same run had settled on: `auto` takes the same way again. */
  readonly earlierId?: string | null;
  /** What an earlier command of the same run had learnt, which spares the probes. */
  readonly learnt?: (Calibration & { readonly overhead: number | null }) | null;
}

export interface ResolvedTokenizer {
  readonly tokenizer: Tokenizer;
  /** Tokens of the chat template, or before a text to complete, as the server told them; null where it did not. */
  readonly templateOverhead: number | null;
  /** The window that came with the server's counts. */
  readonly window: number | null;
  /** Where counts are estimates that follow the endpoint's own: how they follow. Null: they are counted, or fixed estimates. */
  readonly calibration: Calibration | null;
  /** What `auto` or a family's name came to and how exact that is, for the user; null where the user named it, or is warned. */
  readonly chosen: string | null;
  /** Something the user should know, or null. */
  readonly warning: string | null;
  close(): Promise<void>;
}

/**
 * The tokenizer a model is planned with. `auto` asks the server and, where it does not count, falls back to an
 * estimate with `exact: false`; files are read from the disk. Throws `unknown_name`, `tokenizer_unusable`, or `endpoint_unreachable`.
 */
export async function resolveTokenizer(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  const { spec, baseDir, model } = request;
  const encoding = tiktokenEncodings.find((name) => name === spec);
  if (encoding !== undefined) return local(await loadTiktoken(encoding), null);
  if (spec === 'server') return fromServer(request);
  if (spec === 'calibrated') return calibrated(request);
  if (spec === 'auto') return automatic(request);
  const file = await fileSpecOf(spec, baseDir);
  if (file !== null) {
    const { tokenizer, slow } = await loadFileSpec(file, baseDir);
    return local(tokenizer, slow === null ? null : slowWarning(model, slow));
  }
  const family = familyNames.find((name) => name === spec);
  if (family !== undefined) return fromThisMachine(request, { family });
  const close = nearest(String(spec), Object.keys(tokenizerNames));
  throw new NeedlescopeError(
    'unknown_name',
    `expected a tokenizer (${Object.keys(tokenizerNames).join(', ')}), got ${String(spec)}`,
    {
      hint: close === null ? 'see `needlescope list tokenizers`' : `did you mean ${close}?`,
    },
  );
}

function local(tokenizer: Tokenizer, warning: string | null): ResolvedTokenizer {
  return {
    tokenizer,
    templateOverhead: null,
    window: null,
    calibration: null,
    chosen: null,
    warning,
    close: async () => {},
  };
}

async function fromServer(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  const counter = await createServerCounter(request);
  try {
    const templateOverhead =
      request.messages === null
        ? await counter.startTokens()
        : await counter.templateOverhead(request.messages);
    return {
      tokenizer: counter.tokenizer,
      templateOverhead,
      window: counter.window,
      calibration: null,
      chosen: `${request.model}: its own server counts the tokens: exact`,
      warning: null,
      close: counter.close,
    };
  } catch (error) {
    await counter.close();
    throw error;
  }
}

/** The stand-in of estimates. */
const standIn: TiktokenEncoding = 'o200k_base';

async function calibrated(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  const base = await loadTiktoken(standIn);
  const { baseUrl, apiKey, headers, model, probe, timeoutSeconds, learnt } = request;
  const connection = { baseUrl, apiKey, headers };
  const found =
    learnt ??
    (probe === null ? null : await calibrate({ ...probe, connection, model, base, timeoutSeconds }));
  if (found === null) {
    throw new NeedlescopeError(
      'tokenizer_unusable',
      `${model}: expected the endpoint to report usage.prompt_tokens for three short questions, and it did not`,
      { hint: "name the model's tokenizer: see `needlescope list tokenizers`" },
    );
  }
  const { scale, error, overhead } = found;
  return {
    ...local(
      { ...base, id: `calibrated:${standIn}`, fingerprint: standIn, exact: false },
      `${model}: lengths are estimates, ${standIn} scaled by ${scale} to the endpoint's own counts (give or take ${(100 * error).toFixed(1)} %); they get better with every answer`,
    ),
    templateOverhead: overhead,
    calibration: { scale, error },
  };
}

/** A tokenizer's file that lies on this machine; throws `tokenizer_unusable` where none does, or none can be read. */
async function fromThisMachine(request: TokenizerRequest, wanted: Wanted): Promise<ResolvedTokenizer> {
  const { model, earlierId = null } = request;
  const found = request.caches === undefined ? [] : await findTokenizers(wanted, request.caches);
  let problem: NeedlescopeError | null = null;
  for (const { spec, where, own } of found) {
    try {
      const { tokenizer, slow } = await loadFileSpec(spec, '/');
      // A run goes on with what it began with, though something better may have been downloaded since.
      if (isFileId(earlierId ?? '') && tokenizer.id !== earlierId) continue;
      const exactness = own ? 'exact for that model' : 'exact if it kept the tokens of its family';
      const chosen = `${model}: tokens are counted by ${where}: ${exactness}`;
      return { ...local(tokenizer, slow === null ? null : slowWarning(model, slow)), chosen };
    } catch (error) {
      // Another kind of file under the same name: the next place may hold what can be read.
      if (!(error instanceof NeedlescopeError) || error.code !== 'tokenizer_unusable') throw error;
      problem ??= error;
    }
  }
  if (problem !== null) throw problem;
  const what = 'family' in wanted ? wanted.family : model;
  const [repository = 'owner/model'] =
    'family' in wanted ? tokenizerFamilies[wanted.family].repositories : [model];
  throw new NeedlescopeError(
    'tokenizer_unusable',
    `expected the tokenizer of ${what} in a cache of Hugging Face or ModelScope, or in an installed package, and found none`,
    { hint: `hf download ${repository} tokenizer.json (docs/tokenizers.md says what else is looked for)` },
  );
}

/** The tokenizer of an id that `auto` or a family's name had found on this machine; null where it is no more. */
export async function tokenizerOnThisMachine(
  settings: { readonly model: string; readonly preset: string | null; readonly tokenizer: TokenizerSpec },
  id: string,
  caches: TokenizerCaches | undefined,
): Promise<Tokenizer | null> {
  const { model, tokenizer: spec } = settings;
  const family = familyNames.find((name) => name === spec);
  const preset = settings.preset === null ? undefined : findPreset(settings.preset);
  const wanted = family === undefined ? { model, preset } : { family };
  for (const found of caches === undefined ? [] : await findTokenizers(wanted, caches)) {
    const loaded = await loadFileSpec(found.spec, '/').catch(() => null);
    if (loaded?.tokenizer.id === id) return loaded.tokenizer;
  }
  return null;
}

function slowWarning(model: string, slow: string): string {
  return `${model}: tiktoken cannot run its tokenizer.json exactly (${slow}), so a slower library does; counts stay exact`;
}

/** The best way at hand: the server's own counts, the model's file, an estimate that follows the endpoint, one that does not. */
async function automatic(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  for (const way of waysOf(request)) {
    try {
      return await way(request);
    } catch (error) {
      if (!(error instanceof NeedlescopeError) || error.code !== 'tokenizer_unusable') throw error;
    }
  }
  const estimate: Tokenizer = { ...(await loadTiktoken(standIn)), id: `estimate:${standIn}`, exact: false };
  return local(
    estimate,
    `${request.model}: the server does not count tokens, so lengths are estimates by ${standIn} (a few percent off in English, up to half in Chinese); name the model's tokenizer to make them exact`,
  );
}

type Way = (request: TokenizerRequest) => Promise<ResolvedTokenizer>;

/** The ways of `auto` in their order; one that an earlier command of this run had taken comes first. */
function waysOf({ serverCounts = true, earlierId = null }: TokenizerRequest): readonly Way[] {
  const fromFile: Way = (request) => {
    const { model, preset } = request;
    return fromThisMachine(request, { model, preset });
  };
  const usual = [...(serverCounts ? [fromServer] : []), fromFile, calibrated];
  if (earlierId === null) return usual;
  if (earlierId.startsWith('estimate:')) return [];
  const before = isFileId(earlierId) ? fromFile : earlierId.startsWith('calibrated:') ? calibrated : null;
  return before === null ? usual : [before, ...usual.filter((way) => way !== before)];
}
