import type { ReferenceServer } from '../../src/reference/server.ts';

/** What a test looks at in an answer; fields that a server leaves out are undefined. */
export interface Body {
  readonly id?: string;
  readonly object?: string;
  readonly model?: string;
  readonly choices: readonly {
    readonly message?: {
      readonly role: string;
      readonly content: string;
      readonly reasoning_content?: string;
    };
    readonly delta?: {
      readonly role?: string;
      readonly content?: string;
      readonly reasoning_content?: string;
    };
    readonly text?: string;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
  };
  readonly error?: { readonly message: string; readonly code: string | number | null; readonly type: string };
}

/** Sends a JSON body to a path of the server, from its root. */
export function post(
  server: ReferenceServer,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(new URL(path, server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Asks a profile with one user message, not streamed. */
export async function chat(
  server: ReferenceServer,
  profile: string,
  content: string,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<{ status: number; headers: Headers; body: Body; answer: string }> {
  const request = {
    model: `known-answer/${profile}`,
    messages: [{ role: 'user', content }],
    max_tokens: 128,
    ...extra,
  };
  const response = await post(server, '/v1/chat/completions', request);
  const body = (await response.json()) as Body;
  const answer = body.choices?.[0]?.message?.content ?? '';
  return { status: response.status, headers: response.headers, body, answer };
}

/** The events of a stream, parsed; the last one is the string `[DONE]` where the server sent it. */
export async function events(response: Response): Promise<readonly (Body | '[DONE]')[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const data = event.replace(/^data: /, '');
      return data === '[DONE]' ? data : (JSON.parse(data) as Body);
    });
}
