import type { Transport } from './transport.ts';

/** An answer with an error status, body and all (its first 64 KiB). */
interface ErrorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One attempt on the wire: what was sent and came, bounded in time. */
export interface Exchange {
  /** For one request only. */
  readonly fetch: typeof globalThis.fetch;
  /** Aborted by the caller's signal or by the time limit. */
  readonly signal: AbortSignal;
  /** Whether headers of a good answer came. */
  readonly answered: boolean;
  readonly timedOut: boolean;
  /** Set once an answer with an error status came. */
  readonly errorAnswer: ErrorAnswer | null;
  readonly requestId: string | null;
  /** The last bytes of the body, as text. */
  readonly tail: string;
  /** Stops the clock; call it whatever happened. */
  end(): void;
}

/** The longest that a Node timer takes. */
const longestTimerMs = 2_147_483_647;
const tailChars = 64;
const errorBodyBytes = 65_536;

/**
 * Watches one attempt: `timeoutMs` bounds the wait to the first byte, then the wait between bytes; any byte counts, keep-alive
 * comments too. The body of an error answer is kept, because not every shape of it survives the SDK.
 */
export function startExchange(
  transport: Transport,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Exchange {
  const controller = new AbortController();
  const state = {
    answered: false,
    timedOut: false,
    errorAnswer: null as ErrorAnswer | null,
    requestId: null as string | null,
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
  const decoder = new TextDecoder();
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, out) => {
      timer.refresh();
      state.tail = (state.tail + decoder.decode(chunk.subarray(-tailChars))).slice(-tailChars);
      out.enqueue(chunk);
    },
  });

  const send: typeof globalThis.fetch = async (input, init) => {
    const answer = await transport.fetch(input, init);
    timer.refresh();
    state.requestId = answer.headers.get('x-request-id');
    // A plain copy: the answer is the package's own class, which the global Response does not accept as an init.
    const headers = new Headers([...answer.headers]);
    const { status } = answer;
    if (!answer.ok) {
      const text = await readStart(answer);
      state.errorAnswer = { status, headers, text };
      return new Response(text, { status, headers });
    }
    state.answered = true;
    return new Response(answer.body === null ? null : answer.body.pipeThrough(watch), { status, headers });
  };

  return {
    fetch: send,
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
async function readStart(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < errorBodyBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status came and decides; a body that was cut only costs part of the message.
  }
  reader.cancel().catch(() => undefined);
  return text;
}
