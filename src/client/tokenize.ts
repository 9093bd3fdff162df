import { NeedlescopeError } from '../core/errors.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { type EndpointAddress, parseBaseUrl } from './base-url.ts';
import { EndpointError } from './endpoint-error.ts';
import { startExchange } from './exchange.ts';
import { countOf, fieldOf, listOf, stringOf } from './json-fields.ts';
import { createRedact, type Redact } from './redact.ts';
import { requestHeaders } from './request-headers.ts';
import { translateError } from './translate-error.ts';
import { createTransport, type Transport } from './transport.ts';

export interface ServerCounterOptions {
  readonly baseUrl: string;
  /** The id sent. */
  readonly model: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** A tokenizer that lives on the model's own server. */
export interface ServerCounter {
  /** `server:<model>`, exact. */
  readonly tokenizer: Tokenizer;
  /**
   * Tokens that the chat template adds around the contents of `messages`, generation prompt included; null where the server
   * does not tell.
   */
  templateOverhead(messages?: readonly Message[]): Promise<number | null>;
  /** The window that came with the counts, in tokens; null where the server does not tell it there. */
  readonly window: number | null;
  close(): Promise<void>;
}

type Dialect = 'llama.cpp' | 'vllm';
type Post = (path: string, body: object) => Promise<unknown>;

const probe: readonly Message[] = [{ role: 'user', content: 'Hello.' }];

/**
 * Counts by `POST /tokenize` beside the API, in the dialect of llama.cpp or of vLLM and SGLang, found out once. Throws
 * `tokenizer_unusable` where there is no such route, `endpoint_unreachable` where there is no server.
 */
export async function createServerCounter(options: ServerCounterOptions): Promise<ServerCounter> {
  const address = parseBaseUrl(options.baseUrl);
  const headers = requestHeaders(address, options.apiKey, options.headers);
  const transport = createTransport();
  const redact = createRedact([
    ...address.secrets,
    ...(options.apiKey === null ? [] : [options.apiKey]),
    ...Object.values(options.headers),
  ]);
  const post = createPost({ address, headers, transport, redact, timeoutSeconds: options.timeoutSeconds });
  try {
    const { dialect, window } = await findDialect(post, options.model);
    const count = (text: string): Promise<number> =>
      orUnusable(countText(post, dialect, options.model, text));
    return {
      tokenizer: { id: `server:${options.model}`, exact: true, splitRule: 'none', count },
      templateOverhead: (messages = probe) => orUnusable(overheadOf(post, dialect, options.model, messages)),
      window,
      close: () => transport.close(),
    };
  } catch (error) {
    await transport.close();
    throw error instanceof EndpointError ? unusable(error, address) : error;
  }
}

async function findDialect(
  post: Post,
  model: string,
): Promise<{ readonly dialect: Dialect; readonly window: number | null }> {
  // llama.cpp's first: it answers a body without `content` with no tokens at all instead of an error.
  const llama = await tryPost(post, '/tokenize', llamaBody('a b'));
  if (llama !== null && listOf(fieldOf(llama, 'tokens')).length > 0)
    return { dialect: 'llama.cpp', window: null };
  const vllm = await post('/tokenize', vllmBody(model, 'a b'));
  if (countOf(fieldOf(vllm, 'count'), 1) === null) {
    throw new EndpointError('/tokenize answered neither with `tokens` nor with `count`', {
      kind: 'bad_response',
      code: 'bad_response',
    });
  }
  return { dialect: 'vllm', window: countOf(fieldOf(vllm, 'max_model_len'), 1) };
}

async function countText(post: Post, dialect: Dialect, model: string, text: string): Promise<number> {
  if (text === '') return 0;
  return dialect === 'llama.cpp'
    ? tokensIn(await post('/tokenize', llamaBody(text)))
    : countIn(await post('/tokenize', vllmBody(model, text)));
}

/** What a user can act on, for a count that failed after the server had counted before. */
async function orUnusable<T>(counting: Promise<T>): Promise<T> {
  try {
    return await counting;
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    throw new NeedlescopeError(
      'tokenizer_unusable',
      `counting tokens on the server failed: ${error.message}`,
      {
        hint: 'check that the server still runs, or set `tokenizer` to a local one',
        cause: error,
      },
    );
  }
}

async function overheadOf(
  post: Post,
  dialect: Dialect,
  model: string,
  messages: readonly Message[],
): Promise<number | null> {
  const total = await templateTokens(post, dialect, model, messages);
  if (total === null) return null;
  let content = 0;
  for (const message of messages) content += await countText(post, dialect, model, message.content);
  return Math.max(0, total - content);
}

/** Tokens of the rendered chat, or null where the server has no route for it. */
async function templateTokens(
  post: Post,
  dialect: Dialect,
  model: string,
  messages: readonly Message[],
): Promise<number | null> {
  const template = dialect === 'llama.cpp' ? await tryPost(post, '/apply-template', { messages }) : null;
  const prompt = stringOf(fieldOf(template, 'prompt'));
  if (prompt === null) {
    // Servers that know both dialects count messages in vLLM's.
    const rendered = await tryPost(post, '/tokenize', { model, messages, add_generation_prompt: true });
    return countOf(fieldOf(rendered, 'count'), 1);
  }
  // As the server itself reads a chat: BOS added, special tokens of the template taken as such.
  return tokensIn(await post('/tokenize', { content: prompt, add_special: true, parse_special: true }));
}

function llamaBody(text: string): object {
  return { content: text, add_special: false, parse_special: false };
}

function vllmBody(model: string, text: string): object {
  return { model, prompt: text, add_special_tokens: false };
}

function tokensIn(answer: unknown): number {
  const tokens = fieldOf(answer, 'tokens');
  if (Array.isArray(tokens)) return tokens.length;
  throw new EndpointError('/tokenize: expected `tokens`', { kind: 'bad_response', code: 'bad_response' });
}

function countIn(answer: unknown): number {
  const count = countOf(fieldOf(answer, 'count'));
  if (count !== null) return count;
  throw new EndpointError('/tokenize: expected `count`', { kind: 'bad_response', code: 'bad_response' });
}

/** null where the server refuses or lacks the route; a server that cannot be reached still throws. */
async function tryPost(post: Post, path: string, body: object): Promise<unknown> {
  try {
    return await post(path, body);
  } catch (error) {
    if (error instanceof EndpointError && (error.status !== null || error.kind === 'bad_response'))
      return null;
    throw error;
  }
}

function createPost(endpoint: {
  readonly address: EndpointAddress;
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: Transport;
  readonly redact: Redact;
  readonly timeoutSeconds: number;
}): Post {
  const { address, transport, redact, timeoutSeconds } = endpoint;
  const query = new URLSearchParams(address.query).toString();
  const headers = { ...endpoint.headers, 'content-type': 'application/json' };
  const once: Post = async (path, body) => {
    const exchange = startExchange(transport, { timeoutMs: timeoutSeconds * 1_000 });
    try {
      const url = `${address.root}${path}${query === '' ? '' : `?${query}`}`;
      const { signal } = exchange;
      const answer = await exchange.fetch(url, {
        method: 'POST',
        headers,
        signal,
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw translateError(error, { exchange, host: address.host, redact, timeoutSeconds });
    } finally {
      exchange.end();
    }
  };
  return async (path, body) => {
    try {
      return await once(path, body);
    } catch (error) {
      // An idle connection may close just as it is used again. Counting changes nothing, so it is safe to repeat.
      if (error instanceof EndpointError && error.kind === 'network' && !error.unreachable)
        return once(path, body);
      throw error;
    }
  };
}

function unusable(error: EndpointError, address: EndpointAddress): NeedlescopeError {
  if (error.unreachable) {
    return new NeedlescopeError('endpoint_unreachable', error.message, {
      hint: 'start the server, or correct baseUrl',
      cause: error,
    });
  }
  return new NeedlescopeError(
    'tokenizer_unusable',
    `expected POST ${address.root}/tokenize to count tokens: ${error.message}`,
    {
      hint: 'this server does not count tokens; set `tokenizer` to a name (`needlescope list tokenizers`)',
      cause: error,
    },
  );
}
