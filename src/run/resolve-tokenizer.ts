import { createServerCounter } from '../client/tokenize.ts';
import type { TokenizerSpec } from '../config/model-entry.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import type { Calibration } from '../tokenizer/calibration.ts';
import { patternNames } from '../tokenizer/patterns.ts';
import { loadTiktoken, type TiktokenEncoding, tiktokenEncodings } from '../tokenizer/tiktoken.ts';
import { type CalibrationRequest, calibrate } from './calibrate.ts';
import { fileSpecOf, loadFileSpec } from './tokenizer-source.ts';

/** How a config can say a tokenizer, with what it means. */
export const tokenizerNames: Readonly<
  Record<TiktokenEncoding | 'server' | 'calibrated' | 'auto' | FileForm, string>
> = {
  o200k_base: 'tiktoken, in this process: GPT-4o and later, and the known-answer endpoint',
  cl100k_base: 'tiktoken, in this process: GPT-4 and GPT-3.5',
  server: "the model's own server counts (POST /tokenize: vLLM, SGLang, llama.cpp)",
  calibrated:
    "an estimate: o200k_base, scaled to the endpoint's own usage by three short questions and every answer",
  auto: 'what the model table names, else the server, else calibrated, else an estimate by o200k_base',
  '{huggingface: path}': "a model's tokenizer.json, or the folder that holds it; also --tokenizer path",
  '{tiktoken: path, pattern: name}': `a rank file (.tiktoken, tokenizer.model); patterns: ${patternNames.join(' ')}`,
};
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
    const warning =
      slow === null
        ? null
        : `${model}: tiktoken cannot run its tokenizer.json exactly (${slow}), so a slower library does; counts stay exact`;
    return local(tokenizer, warning);
  }
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

/** The server's own counts, else an estimate that follows them, else one that does not. */
async function automatic(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  for (const way of [fromServer, calibrated]) {
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
