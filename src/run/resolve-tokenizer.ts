import { createServerCounter } from '../client/tokenize.ts';
import type { TokenizerSpec } from '../config/model-entry.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { loadTiktoken, type TiktokenEncoding, tiktokenEncodings } from '../tokenizer/tiktoken.ts';

/** The tokenizers a config can name, with what they are. */
export const tokenizerNames: Readonly<Record<TiktokenEncoding | 'server' | 'auto', string>> = {
  o200k_base: 'tiktoken, in this process: GPT-4o and later, and the known-answer endpoint',
  cl100k_base: 'tiktoken, in this process: GPT-4 and GPT-3.5',
  server: "the model's own server counts (POST /tokenize: vLLM, SGLang, llama.cpp)",
  auto: 'what the model table names, else the server, else an estimate that is marked as one',
};

export interface TokenizerRequest {
  readonly spec: TokenizerSpec;
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** What the chat template's overhead is measured around; null for `api: completions`. */
  readonly messages: readonly Message[] | null;
}

export interface ResolvedTokenizer {
  readonly tokenizer: Tokenizer;
  /** Tokens of the chat template as the server told them; null where it did not. */
  readonly templateOverhead: number | null;
  /** The window that came with the server's counts. */
  readonly window: number | null;
  /** Something the user should know, or null. */
  readonly warning: string | null;
  close(): Promise<void>;
}

/**
 * The tokenizer a model is planned with. `auto` asks the server and, where it does not count, falls back to an
 * estimate with `exact: false`. Throws `unknown_name`, `tokenizer_unusable`, or `endpoint_unreachable`.
 */
export async function resolveTokenizer(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  const { spec } = request;
  if (typeof spec !== 'string') {
    throw new NeedlescopeError('tokenizer_unusable', 'tokenizer files are not read yet', {
      hint: `use one of ${Object.keys(tokenizerNames).join(', ')}`,
    });
  }
  const encoding = tiktokenEncodings.find((name) => name === spec);
  if (encoding !== undefined) return local(await loadTiktoken(encoding), null);
  if (spec === 'server') return fromServer(request);
  if (spec === 'auto') return automatic(request);
  const close = nearest(spec, Object.keys(tokenizerNames));
  throw new NeedlescopeError(
    'unknown_name',
    `expected a tokenizer (${Object.keys(tokenizerNames).join(', ')}), got ${spec}`,
    {
      hint: close === null ? 'see `needlescope list tokenizers`' : `did you mean ${close}?`,
    },
  );
}

function local(tokenizer: Tokenizer, warning: string | null): ResolvedTokenizer {
  return { tokenizer, templateOverhead: null, window: null, warning, close: async () => {} };
}

async function fromServer(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  const counter = await createServerCounter(request);
  try {
    const templateOverhead =
      request.messages === null ? null : await counter.templateOverhead(request.messages);
    return {
      tokenizer: counter.tokenizer,
      templateOverhead,
      window: counter.window,
      warning: null,
      close: counter.close,
    };
  } catch (error) {
    await counter.close();
    throw error;
  }
}

async function automatic(request: TokenizerRequest): Promise<ResolvedTokenizer> {
  try {
    return await fromServer(request);
  } catch (error) {
    if (!(error instanceof NeedlescopeError) || error.code !== 'tokenizer_unusable') throw error;
    const estimate: Tokenizer = {
      ...(await loadTiktoken('o200k_base')),
      id: 'estimate:o200k_base',
      exact: false,
    };
    return local(
      estimate,
      `${request.model}: the server does not count tokens, so lengths are estimates by o200k_base (a few percent off in English, up to half in Chinese); name the model's tokenizer to make them exact`,
    );
  }
}
