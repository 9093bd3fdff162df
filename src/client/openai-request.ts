import { OpenAI } from 'openai';
import type { EndpointAddress } from './base-url.ts';

/** All of a request that is the same from call to call. */
export interface RequestHead {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The requests of the `openai` package to an endpoint: its URLs, query and headers, made once a path. Neither the environment's OPENAI_*
 * nor the package's own retries and time limits play a part: bytes travel by the transport.
 */
export function openaiRequests(
  address: EndpointAddress,
  headers: Readonly<Record<string, string>>,
): (method: RequestHead['method'], path: string) => Promise<RequestHead> {
  const sdk = new OpenAI({
    baseURL: address.url,
    // Everything the package would take from the environment is set, so that a shell's OPENAI_* cannot change a run.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    defaultQuery: { ...address.query },
    defaultHeaders: { Authorization: null, ...headers },
    fetch: () => Promise.reject(new TypeError('expected every request to go by the transport')),
  });
  const made = new Map<string, Promise<RequestHead>>();
  const make = async (method: RequestHead['method'], path: string): Promise<RequestHead> => {
    const options =
      method === 'POST' ? ({ method: 'post', path, body: {} } as const) : ({ method: 'get', path } as const);
    const { req, url } = await sdk.buildRequest(options);
    return { url, method, headers: Object.fromEntries(new Headers(req.headers)) };
  };
  return (method, path) => {
    const name = `${method} ${path}`;
    const known = made.get(name) ?? make(method, path);
    made.set(name, known);
    return known;
  };
}
