import type { EndpointAddress } from './base-url.ts';
import { EndpointError } from './endpoint-error.ts';
import { startExchange } from './exchange.ts';
import type { Redact } from './redact.ts';
import { translateError } from './translate-error.ts';
import type { Transport } from './transport.ts';

/** Sends JSON to a path beside the API and returns the JSON that came; throws an `EndpointError`. */
export type Post = (path: string, body: object) => Promise<unknown>;

/** A `Post` on one server. `timeoutSeconds` bounds each attempt: to the first byte, then between bytes. */
export function createPost(endpoint: {
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
      const request = { method: 'POST', headers, body: JSON.stringify(body) };
      return JSON.parse(await exchange.text(url, request)) as unknown;
    } catch (error) {
      throw translateError(error, { exchange, host: address.host, redact, timeoutSeconds });
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

/** The answer, or null where the server refuses or lacks the route; a server that cannot be reached still throws. */
export async function tryPost(post: Post, path: string, body: object): Promise<unknown> {
  try {
    return await post(path, body);
  } catch (error) {
    if (isAnswered(error)) return null;
    throw error;
  }
}

/** Whether the server answered, though not with what was asked for. */
export function isAnswered(error: unknown): error is EndpointError {
  return error instanceof EndpointError && (error.status !== null || error.kind === 'bad_response');
}
