import { Agent, buildConnector, type Dispatcher } from 'undici';
import { readBeforeBroken } from './patient-socket.ts';

/** A request as it goes out. */
export interface Sent {
  readonly method?: string | undefined;
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** Chunks are taken as they are, one by one as the socket drains. */
  readonly body?: string | Iterable<Uint8Array> | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** What is used of an answer: as much of the platform's `Response` as there is. */
export interface Answer {
  readonly status: number;
  /** Whether the status is one of the two hundreds. */
  readonly ok: boolean;
  readonly headers: Pick<Headers, 'get' | 'entries'>;
  /** For one reader; who stops early breaks the connection off. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** How bytes travel: over connections of its own. */
export interface Transport {
  /** Resolves with the answer's head. Redirects are answers like any other. Rejects with the signal's reason, or why no answer came. */
  send(url: string, request: Sent): Promise<Answer>;
  /** Ends idle connections, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

/**
 * Connections without the time limits on headers and body that undici sets at five minutes: a long prompt may take longer to read.
 * The caller bounds each attempt instead. Connecting is bounded at 10 seconds. An answer that comes while the body is still on
 * its way is read even where the server closes right after it. Not by `fetch`: its objects and streams cost as much CPU as all
 * else that a call of 4K tokens needs.
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
    send: async (url, { method = 'GET', headers, body, signal }) => {
      const { origin, pathname, search } = new URL(url);
      const answer = await agent.request({
        origin,
        path: `${pathname}${search}`,
        method: method as Dispatcher.HttpMethod,
        headers: headerList(headers),
        // The types leave out what the package takes: any iterable.
        body: (body ?? null) as string | null,
        signal: signal ?? null,
      });
      const { statusCode: status } = answer;
      return {
        status,
        ok: status >= 200 && status < 300,
        headers: headersOf(answer.headers),
        body: answer.body,
      };
    },
    close: () => agent.destroy(),
  };
}

/** Name, value, name, value … Nothing here unpacks an answer, so none is asked for that is packed. */
function headerList(headers: Sent['headers']): string[] {
  const list: string[] = [];
  const entries = headers instanceof Headers ? headers : Object.entries(headers ?? {});
  for (const [name, value] of entries) list.push(name, value);
  list.push('accept-encoding', 'identity');
  return list;
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Answer['headers'] {
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
