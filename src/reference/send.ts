import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dress, Refusal } from './dress.ts';
import type { Fault } from './faults.ts';
import { type Reply, replyBody, replyChunks } from './reply.ts';

/** How fast a reply goes out, and whether as a stream. */
export interface Delivery {
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly firstTokenMs: number;
  readonly perTokenMs: number;
  /** What comes before the answer. */
  readonly keepAlive: Dress['keepAlive'];
  /** How too many calls are told. */
  turnAway(): Refusal;
}

const done = 'data: [DONE]\n\n';
const lateFirstByteMs = 400;

/** Sends a JSON body with its length. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly before?: string } = {},
): void {
  const { headers = {}, before = '' } = more;
  const bytes = Buffer.from(before + JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}

/** Sends a reply at its speed. Ends early, without an error, when the caller has gone. */
export async function sendReply(response: ServerResponse, reply: Reply, delivery: Delivery): Promise<void> {
  const { firstTokenMs, perTokenMs, keepAlive } = delivery;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  const wait = async (ms: number): Promise<void> => {
    if (ms > 0) await sleep(ms, undefined, { signal: gone.signal });
  };
  try {
    if (!delivery.stream) {
      await wait(firstTokenMs + perTokenMs * reply.usage.completion_tokens);
      sendJson(response, 200, replyBody(reply), { before: keepAlive.body });
      return;
    }
    openStream(response);
    const events = replyChunks(reply, delivery.includeUsage).map(eventOf);
    if (firstTokenMs <= 0 && perTokenMs <= 0) {
      response.end(keepAlive.stream + events.join('') + done);
      return;
    }
    response.flushHeaders();
    if (keepAlive.stream !== '') response.write(keepAlive.stream);
    await wait(firstTokenMs);
    for (const event of events) {
      response.write(event);
      await wait(perTokenMs);
    }
    response.end(done);
  } catch (error) {
    // The caller hung up while the reply was on its way: nobody is left to tell.
    if (!gone.signal.aborted) throw error;
  } finally {
    response.off('close', leave);
  }
}

/**
 * Lets a request down in one of the ways of `faultKinds`, at the place where the reply would have gone out. What hangs is left to
 * the caller's patience.
 */
export async function sendFault(
  response: ServerResponse,
  fault: Fault,
  { reply, delivery }: { readonly reply: Reply; readonly delivery: Delivery },
): Promise<void> {
  switch (fault.kind) {
    case 'rate_limited':
    case 'rate_limited_unsaid': {
      const wait = { 'retry-after': String(fault.retryAfterSeconds) };
      const { status, body } = delivery.turnAway();
      sendJson(response, status, body, fault.kind === 'rate_limited' ? { headers: wait } : {});
      return;
    }
    case 'server_error':
      sendJson(response, 500, errorBody('Internal server error.', 'InternalServerError', 500));
      return;
    case 'bad_gateway':
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>');
      return;
    case 'unavailable':
      sendJson(response, 503, errorBody('The server is overloaded.', 'ServiceUnavailableError', 503));
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half_answer':
      sendHalf(response, reply, delivery);
      return;
    case 'error_in_200':
      sendErrorIn200(response, delivery);
      return;
    case 'hang':
      return;
    case 'stall':
      sendStart(response, reply, delivery);
      return;
    case 'late_first_byte':
      await sleep(lateFirstByteMs);
      await sendReply(response, reply, delivery);
      return;
  }
}

/** HTTP status that a fault shows; 0 where none ever comes. */
export function faultStatus(fault: Fault): number {
  const statuses: Readonly<Record<string, number>> = {
    rate_limited: 429,
    rate_limited_unsaid: 429,
    server_error: 500,
    bad_gateway: 502,
    unavailable: 503,
    reset: 0,
    hang: 0,
  };
  return statuses[fault.kind] ?? 200;
}

/**
 * A body that ends in good order, but too early: a stream before its finish reason and [DONE], or half a JSON text, as gateways send
 * it after a time-out of their own.
 */
function sendHalf(response: ServerResponse, reply: Reply, delivery: Delivery): void {
  sendStart(response, reply, delivery);
  response.end();
}

/** The first half of a reply. */
function sendStart(response: ServerResponse, reply: Reply, delivery: Delivery): void {
  if (delivery.stream) {
    const events = replyChunks(reply, delivery.includeUsage).map(eventOf);
    openStream(response);
    response.write(events.slice(0, Math.ceil(events.length / 2) - 1).join(''));
    return;
  }
  const bytes = Buffer.from(JSON.stringify(replyBody(reply)));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(bytes.subarray(0, bytes.length >> 1));
}

function sendErrorIn200(response: ServerResponse, delivery: Delivery): void {
  const body = errorBody('The engine died while it was generating.', 'InternalServerError', 500);
  if (!delivery.stream) {
    sendJson(response, 200, body);
    return;
  }
  openStream(response);
  response.end(eventOf(body) + done);
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
}

function eventOf(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function errorBody(message: string, type: string, code: number): object {
  return { error: { message, type, param: null, code } };
}
