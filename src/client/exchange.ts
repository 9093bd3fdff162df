import { type RateLimits, rateLimitsOf } from './rate-limits.ts';
import type { Answer, Sent, Transport } from './transport.ts';

/** An answer with an error status, body and all (its first 64 KiB). */
interface ErrorAnswer {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly text: string;
}

/** One attempt on the wire: what was sent and came, bounded in time. */
export interface Exchange {
  /**
   * Sends the one request of this attempt. What comes back has a status and headers, as far as `Answer` has them; the body of a good
   * answer is read by `bytes` or `text`, so that the clock knows of it.
   */
  readonly fetch: (url: string, request: Sent) => Promise<Response>;
  /** The body of the good answer that came, piece by piece, for one reader, who may stop before its end. */
  bytes(): AsyncIterable<Uint8Array>;
  /** The same as a whole. */
  text(): Promise<string>;
  /** Aborted by the caller's signal or by the time limit. */
  readonly signal: AbortSignal;
  /** Whether headers of a good answer came. */
  readonly answered: boolean;
  readonly timedOut: boolean;
  /** Set once an answer with an error status came. */
  readonly errorAnswer: ErrorAnswer | null;
  readonly requestId: string | null;
  /** The last bytes of the body read so far; ASCII only can be relied on. */
  readonly tail: string;
  /** Stops the clock; call it whatever happened. */
  end(): void;
}

/** The longest that a Node timer takes. */
const longestTimerMs = 2_147_483_647;
const tailChars = 64;
const errorBodyBytes = 65_536;
const utf8 = new TextDecoder();

/**
 * Watches one attempt: `timeoutMs` bounds the wait to the first byte, then the wait between bytes; any byte counts, keep-alive
 * comments too. The body of an error answer is kept, because not every shape of it survives the SDK. `onLimits` is told what the
 * headers say of the endpoint's limits, as soon as they are there.
 */
export function startExchange(
  transport: Transport,
  options: {
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly onLimits?: ((limits: RateLimits) => void) | undefined;
  },
): Exchange {
  const controller = new AbortController();
  const state = {
    answered: false,
    timedOut: false,
    errorAnswer: null as ErrorAnswer | null,
    requestId: null as string | null,
    body: null as Answer['body'] | null,
    tail: '',
  };
  const onAbort = (): void => controller.abort(options.signal?.reason);
  if (options.signal?.aborted) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => {
      state.timedOut = true;
      controller.abort();
    },
    Math.min(options.timeoutMs, longestTimerMs),
  );
  const send: Exchange['fetch'] = async (url, request) => {
    const answer = await transport.send(url, request);
    timer.refresh();
    const { status, headers } = answer;
    state.requestId = headers.get('x-request-id');
    if (options.onLimits !== undefined) {
      const limits = rateLimitsOf(headers, Date.now());
      if (limits !== null) options.onLimits(limits);
    }
    state.answered = answer.ok;
    if (answer.ok) {
      state.body = answer.body;
      // All that the package looks at of a good answer.
      return answer as unknown as Response;
    }
    const text = await readStart(answer.body);
    state.errorAnswer = { status, headers, text };
    return new Response(text === '' ? null : text, { status });
  };

  // Not a stream piped through another one: each of those costs more than reading a short answer does.
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of state.body ?? []) {
      timer.refresh();
      state.tail = (state.tail + latin1(chunk.subarray(-tailChars))).slice(-tailChars);
      yield chunk;
    }
  }

  return {
    fetch: send,
    bytes,
    text: async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes()) chunks.push(chunk);
      return utf8.decode(Buffer.concat(chunks));
    },
    signal: controller.signal,
    get answered() {
      return state.answered;
    },
    get timedOut() {
      return state.timedOut;
    },
    get errorAnswer() {
      return state.errorAnswer;
    },
    get requestId() {
      return state.requestId;
    },
    get tail() {
      return state.tail;
    },
    end: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** The start of a body; an error page without end must not fill the memory. */
async function readStart(body: Answer['body']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= errorBodyBytes) break;
    }
  } catch {
    // The status came and decides; a body that was cut only costs part of the message.
  }
  return text;
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
