import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the server answers one request. */
export type Reply =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly text: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** Server-sent events as given; `cut` ends the connection hard, `hang` leaves it open. */
  | { readonly events: readonly string[]; readonly end?: 'cut' | 'hang'; readonly gapMs?: number }
  /** A body shorter than announced. */
  | { readonly half: string }
  | 'reset'
  | 'hang';

export interface SeenRequest {
  /** 0 for the first. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** All message texts, or the prompt. */
  readonly prompt: string;
}

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** The most requests that were open at once. */
  readonly mostOpen: () => number;
  close(): Promise<void>;
}

/** A real server on loopback that answers as `script` says. */
export async function startScriptedServer(
  script: (request: SeenRequest) => Reply | Promise<Reply>,
  port = 0,
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  let open = 0;
  let mostOpen = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    mostOpen = Math.max(mostOpen, ++open);
    response.on('close', () => open--);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const entry: SeenRequest = {
      index: seen.length,
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      prompt: promptOf(body),
    };
    seen.push(entry);
    await answer(await script(entry), response);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}/v1`,
    seen,
    mostOpen: () => mostOpen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port on loopback that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A whole chat answer. */
export function chatAnswer(
  content: string | null,
  options: {
    readonly finishReason?: string | null;
    readonly promptTokens?: number;
    readonly message?: object;
  } = {},
): Reply {
  return {
    json: {
      model: 'served-model',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, ...options.message },
          finish_reason: options.finishReason === undefined ? 'stop' : options.finishReason,
        },
      ],
      usage: { prompt_tokens: options.promptTokens ?? 100, completion_tokens: 5 },
    },
  };
}

/** The events of a streamed chat answer in `pieces`. */
export function chatEvents(
  pieces: readonly string[],
  options: { readonly promptTokens?: number } = {},
): string[] {
  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ model: 'served-model', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const usage = { prompt_tokens: options.promptTokens ?? 100, completion_tokens: pieces.length };
  return [
    chunk({ role: 'assistant', content: null }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    `data: ${JSON.stringify({ choices: [], usage })}\n\n`,
    'data: [DONE]\n\n',
  ];
}

function promptOf(body: Readonly<Record<string, unknown>>): string {
  const { messages, prompt } = body as { messages?: { content: string }[]; prompt?: string };
  return messages === undefined ? (prompt ?? '') : messages.map(({ content }) => content).join('\n');
}

async function answer(reply: Reply, response: ServerResponse): Promise<void> {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if ('half' in reply) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 });
    response.write(reply.half);
    await sleep(5);
    response.destroy();
    return;
  }
  if ('events' in reply) {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of reply.events) {
      response.write(event);
      if (reply.gapMs !== undefined) await sleep(reply.gapMs);
    }
    if (reply.end === 'hang') return;
    if (reply.end === 'cut') {
      await sleep(5);
      response.socket?.resetAndDestroy();
    } else response.end();
    return;
  }
  const type = 'json' in reply ? 'application/json' : 'text/plain';
  response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  response.end('json' in reply ? JSON.stringify(reply.json) : reply.text);
}
