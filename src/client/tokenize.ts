import { NeedlescopeError } from '../core/errors.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { type EndpointAddress, parseBaseUrl } from './base-url.ts';
import { EndpointError } from './endpoint-error.ts';
import { createRedact } from './redact.ts';
import { requestHeaders } from './request-headers.ts';
import { badAnswer, listBody, listedCounts } from './token-dialect.ts';
import { countInLists } from './token-lists.ts';
import { type Count, rememberShort } from './token-memo.ts';
import { createPost, type Post } from './token-post.ts';
import { type ProbedServer, probeServer } from './token-probe.ts';
import { stretchBytes } from './token-stretch.ts';
import { startTokens, templateTokens } from './token-template.ts';
import { createTransport } from './transport.ts';

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
  /** `server:<model>`, exact. It has `tokenBytes` where the server shows tokens that are pieces of the text. */
  readonly tokenizer: Tokenizer;
  /**
   * SHA-256 over the server's tokens of a fixed text (their ids, or their number where it gives none): another model behind the same
   * name has another. The tokenizer carries it too.
   */
  readonly fingerprint: string;
  /**
   * Tokens that the chat template adds around the contents of `messages`, generation prompt included; null where the server
   * does not tell.
   */
  templateOverhead(messages?: readonly Message[]): Promise<number | null>;
  /** Tokens that the server puts before a text it completes; null where it does not tell. */
  startTokens(): Promise<number | null>;
  /** The window that came with the counts, in tokens; null where the server does not tell it there. */
  readonly window: number | null;
  close(): Promise<void>;
}

const greeting: readonly Message[] = [{ role: 'user', content: 'Hello.' }];

/**
 * Counts by `POST /tokenize` beside the API, in the dialect of llama.cpp or of vLLM and SGLang, found out once. Each call sends one
 * request at a time; short texts are asked for once. Throws `tokenizer_unusable` where there is no such route,
 * `endpoint_unreachable` where there is no server.
 */
export async function createServerCounter(options: ServerCounterOptions): Promise<ServerCounter> {
  const { model, timeoutSeconds } = options;
  const address = parseBaseUrl(options.baseUrl);
  const headers = requestHeaders(address, options.apiKey, options.headers);
  const transport = createTransport();
  const redact = createRedact([
    ...address.secrets,
    ...(options.apiKey === null ? [] : [options.apiKey]),
    ...Object.values(options.headers),
  ]);
  const post = createPost({ address, headers, transport, redact, timeoutSeconds });
  try {
    const probed = await probeServer(post, model);
    const { dialect, fingerprint, window } = probed;
    const count = rememberShort(countOn(post, model, probed));
    const bytesOf = stretchBytes(post, dialect);
    return {
      tokenizer: {
        id: `server:${model}`,
        exact: true,
        splitRule: 'none',
        fingerprint,
        count: (text) => orUnusable(count(text)),
        ...(probed.pieces ? { tokenBytes: (text) => orUnusable(bytesOf(text)) } : {}),
      },
      fingerprint,
      templateOverhead: (messages = greeting) =>
        orUnusable(templateTokens(messages, { post, dialect, model, count })),
      startTokens: () => orUnusable(startTokens({ post, dialect })),
      window,
      close: () => transport.close(),
    };
  } catch (error) {
    await transport.close();
    throw error instanceof EndpointError ? unusable(error, address) : error;
  }
}

/** The cheapest count of a whole text: without pieces, and several texts in one call where the server takes lists. */
function countOn(post: Post, model: string, { dialect, lists }: ProbedServer): Count {
  const count: Count = async (text) =>
    text === '' ? 0 : dialect.count(await post('/tokenize', dialect.body(text, false)));
  if (!lists) return count;
  return countInLists(count, async (texts) => {
    const counts = listedCounts(await post('/tokenize', listBody(model, texts)), texts.length);
    if (counts === null) throw badAnswer('/tokenize: expected a list of `count`');
    return counts;
  });
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
