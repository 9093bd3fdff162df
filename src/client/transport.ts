import { Agent, buildConnector, type Dispatcher } from 'undici';
import { readBeforeBroken } from './patient-socket.ts';

/** A request as it goes out. */
export interface Sent {
  /** @default 'GET' */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Chunks are taken as they are, one by one as the socket drains; their length stands in the headers. */
  readonly body?: string | Uint8Array | Iterable<Uint8Array> | undefined;
}

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** Whether the status is one of the two hundreds. */
  readonly ok: boolean;
  readonly headers: Pick<Headers, 'get' | 'entries'>;
}

/** Who is told of an answer as it comes. What it throws breaks the request off. */
interface Receiver {
  onHead(head: AnswerHead): void;
  onData(chunk: Uint8Array): void;
}

/** A request under way. */
export interface Sending {
  /** Resolves at the end of the answer. Rejects with the reason of `abort`, what the receiver threw, or why no whole answer came. */
  readonly ended: Promise<void>;
  /** Breaks the connection off; nothing where the answer has ended. */
  abort(reason: unknown): void;
}

/** How bytes travel: over connections of its own. */
export interface Transport {
  /** Redirects are answers like any other. */
  send(url: string, request: Sent, receiver: Receiver): Sending;
  /** Ends all connections, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

/**
 * Connections without the time limits on headers and body that undici sets at five minutes: a long prompt may take longer to read.
 * The caller bounds each attempt instead. Connecting is bounded at 10 seconds. An answer that comes while the body is still on
 * its way is read even where the server closes right after it. By undici's dispatcher itself: the objects and streams of `fetch` cost
 * more CPU than all else that a call of 4K tokens needs, those of its `request` half of that.
 */
export function createTransport(): Transport {
  const connect = buildConnector({ timeout: 10_000 });
  const agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) =>
      connect(options, (...result) => {
        if (result[0] === null) readBeforeBroken(result[1]);
        callback(...result);
      }),
  });
  return {
    send: (url, { method = 'GET', headers, body }, receiver) => {
      const { origin, pathname, search } = new URL(url);
      const watched = watch(receiver);
      agent.dispatch(
        {
          origin,
          path: `${pathname}${search}`,
          method: method as Dispatcher.HttpMethod,
          // Nothing here unpacks an answer, so none is asked for that is packed.
          headers: { ...headers, 'accept-encoding': 'identity' },
          // The types leave out that the package takes whatever can be iterated.
          body: (body ?? null) as string | null,
        },
        watched.handler,
      );
      return watched.sending;
    },
    close: () => agent.destroy(),
  };
}

/** What undici tells of a request, as a promise. */
function watch(receiver: Receiver): {
  readonly handler: Dispatcher.DispatchHandler;
  readonly sending: Sending;
} {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const ended = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  let controller: Dispatcher.DispatchController | null = null;
  let over = false;
  let broken: { readonly reason: unknown } | null = null;
  const abort = (reason: unknown): void => {
    if (over || broken !== null) return;
    broken = { reason };
    // Before the request has a connection there is nothing to break off yet.
    controller?.abort(new Error('broken off'));
    reject(reason);
  };
  /** Not thrown into undici: it would take what is a bug of the receiver for one of the connection. */
  const tell = (call: () => void): void => {
    if (broken !== null) return;
    try {
      call();
    } catch (error) {
      abort(error);
    }
  };
  return {
    sending: { ended, abort },
    handler: {
      onRequestStart: (started) => {
        controller = started;
        if (broken !== null) started.abort(new Error('broken off'));
      },
      onResponseStart: (_controller, status, headers) => {
        // Early hints and the like come before the answer.
        if (status < 200) return;
        const ok = status >= 200 && status < 300;
        tell(() => receiver.onHead({ status, ok, headers: headersOf(headers) }));
      },
      onResponseData: (_controller, chunk) => tell(() => receiver.onData(chunk)),
      onResponseEnd: () => {
        over = true;
        resolve();
      },
      onResponseError: (_controller, error) => {
        over = true;
        reject(broken === null ? error : broken.reason);
      },
    },
  };
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): AnswerHead['headers'] {
  const textOf = (value: string | string[]): string => (typeof value === 'string' ? value : value.join(', '));
  return {
    get: (name) => {
      const value = raw[name.toLowerCase()];
      return value === undefined ? null : textOf(value);
    },
    entries: function* () {
      for (const [name, value] of Object.entries(raw)) {
        if (value !== undefined) yield [name, textOf(value)];
      }
      return undefined;
    },
  };
}
