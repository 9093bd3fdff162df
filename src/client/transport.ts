import { Agent, fetch as undiciFetch } from 'undici';

/** How bytes travel: a fetch of its own connections. */
export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  /** Ends idle connections, so that nothing keeps the process alive. */
  close(): Promise<void>;
}

/**
 * A fetch without the time limits on headers and body that undici sets at five minutes: a long prompt may take longer to read.
 * The caller bounds each attempt instead. Connecting is bounded at 10 seconds.
 */
export function createTransport(): Transport {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 10_000 } });
  // The package's fetch and not the global one: Node's bundled undici need not accept an Agent of another version.
  const send = (input: string, init: object): Promise<unknown> =>
    undiciFetch(input, { ...init, dispatcher: agent });
  return { fetch: send as typeof globalThis.fetch, close: () => agent.destroy() };
}
