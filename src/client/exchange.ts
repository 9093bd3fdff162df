import { type RateLimits, rateLimitsOf } from './rate-limits.ts';
import type { AnswerHead, Sending, Sent, Transport } from './transport.ts';

/** An answer with an error status, body and all (its first 64 KiB). */
interface ErrorAnswer {
  readonly status: number;
  readonly headers: AnswerHead['headers'];
  readonly text: string;
}

/** Who reads a good answer. What it throws ends the attempt. */
export interface Reader {
  onHead?(head: AnswerHead): void;
  /** Told the body's text as it comes; true: nothing more is needed. */
  onText(text: string): boolean;
}

/** One attempt on the wire: what was sent and came, bounded in time. */
export interface Exchange {
  /**
   * Sends the one request of this attempt. Resolves when a good answer has been read; rejects for one with an error status, for one
   * that breaks off, and with the caller's reason.
   */
  send(url: string, request: Sent, reader: Reader): Promise<void>;
  /** The same, for the body as a whole. */
  text(url: string, request: Sent): Promise<string>;
  /** Whether headers of a good answer came. */
  readonly answered: boolean;
  readonly timedOut: boolean;
  /** Set once an answer with an error status came. */
  readonly errorAnswer: ErrorAnswer | null;
  readonly requestId: string | null;
}

/** The longest that a Node timer takes. */
const longestTimerMs = 2_147_483_647;
const errorBodyChars = 65_536;
/** How long a connection may take to end an answer that has said all: it serves the next call then. */
const drainMs = 1_000;

/**
 * Watches one attempt: `timeoutMs` bounds the wait to the first byte, then the wait between bytes; any byte counts, keep-alive
 * comments too. The body of an error answer is kept. `onLimits` is told what the headers say of the endpoint's limits, as soon as
 * they are there.
 */
export function startExchange(
  transport: Transport,
  options: {
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly onLimits?: ((limits: RateLimits) => void) | undefined;
  },
): Exchange {
  const { signal, onLimits } = options;
  const state = {
    answered: false,
    timedOut: false,
    errorAnswer: null as ErrorAnswer | null,
    requestId: null as string | null,
  };

  const send: Exchange['send'] = async (url, request, reader) => {
    signal?.throwIfAborted();
    const decoder = new TextDecoder();
    let onEnough: (how: 'enough') => void = () => undefined;
    const enough = new Promise<'enough'>((resolve) => {
      onEnough = resolve;
    });
    const sending: Sending = transport.send(url, request, {
      onHead: (head) => {
        timer.refresh();
        const { status, headers } = head;
        state.requestId = headers.get('x-request-id');
        const limits = onLimits === undefined ? null : rateLimitsOf(headers, Date.now());
        if (limits !== null) onLimits?.(limits);
        state.answered = head.ok;
        if (head.ok) reader.onHead?.(head);
        else state.errorAnswer = { status, headers, text: '' };
      },
      onData: (chunk) => {
        timer.refresh();
        const text = decoder.decode(chunk, { stream: true });
        const { errorAnswer } = state;
        if (errorAnswer === null) {
          if (reader.onText(text)) onEnough('enough');
          return;
        }
        state.errorAnswer = { ...errorAnswer, text: errorAnswer.text + text };
        // An error page without end must not fill the memory.
        if (errorAnswer.text.length > errorBodyChars) throw new Error('the error answer is too long');
      },
    });
    const timer = setTimeout(
      () => {
        state.timedOut = true;
        sending.abort(new Error('time is up'));
      },
      Math.min(options.timeoutMs, longestTimerMs),
    );
    const onAbort = (): void => sending.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const how = await Promise.race([sending.ended, enough]);
      if (how === 'enough') drain(sending);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
    // A body that was cut only costs part of the message: the status came and decides.
    if (state.errorAnswer !== null) throw new Error(`status ${state.errorAnswer.status}`);
    const rest = decoder.decode();
    if (rest !== '') reader.onText(rest);
  };

  return {
    send,
    text: async (url, request) => {
      let all = '';
      await send(url, request, {
        onText: (text) => {
          all += text;
          return false;
        },
      });
      return all;
    },
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
  };
}

/** Leaves an answer its time to end, so that its connection can be used again. */
function drain(sending: Sending): void {
  const timer = setTimeout(() => sending.abort(new Error('the answer was read')), drainMs);
  timer.unref();
  sending.ended.catch(() => undefined).finally(() => clearTimeout(timer));
}
