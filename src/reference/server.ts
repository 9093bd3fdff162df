import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NeedlescopeError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { loadTiktoken, type TiktokenEncoding } from '../tokenizer/tiktoken.ts';
import { complete, countPrompt } from './complete.ts';
import { createPromptCounter } from './count-tokens.ts';
import type { DressName } from './dresses.ts';
import { allFaults, type FaultKind, type FaultPlan, faultOf, quickFaults } from './faults.ts';
import { type CompletionRequest, DressedError, parseBody, parseCompletion, RequestError } from './request.ts';
import { type Delivery, faultStatus, sendFault, sendJson, sendReply } from './send.ts';
import { type Alias, type Wardrobe, wardrobe } from './served.ts';
import { tokenize } from './tokenize.ts';

/** One completion request as it arrived. It never holds the prompt. */
interface RequestLogEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly model: string;
  /** Of the whole prompt as received, template included, before any cut. */
  readonly promptTokens: number;
  /** Null where no limit was asked for. */
  readonly maxTokens: number | null;
  /** SHA-256 of the message texts with a blank line between. */
  readonly promptSha256: string;
  /** HTTP status of the reply; 0 where there was none. */
  readonly status: number;
  /** How the request was let down; null where it was answered. */
  readonly fault: FaultKind | null;
}

export interface ReferenceServerOptions {
  /** @default 0, any free port */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: '127.0.0.1';
  /** @default 'o200k_base' */
  readonly encoding?: TiktokenEncoding;
  /** Milliseconds added before every reply. @default 0 */
  readonly latencyMs?: number;
  /** Called with each completion request when its reply goes out. */
  readonly log?: (entry: RequestLogEntry) => void;
  /** Of the faults of `known-answer/flaky`, and of those under `/faults/<share>/v1`. @default 0 */
  readonly seed?: number;
  /** Whose words and figures it speaks in. @default its own, which are close to vLLM's */
  readonly dress?: DressName;
  /** Other ids that its models answer to, so that a preset can be asked for by its id. The list and every answer say who they are. */
  readonly aliases?: Readonly<Record<string, Alias>>;
}

export interface ReferenceServer {
  /** Base URL for OpenAI-compatible clients: `http://127.0.0.1:PORT/v1`, in a dress whatever stands for `/v1` there. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
  /** All completion requests so far, in the order of their replies. */
  requests(): readonly RequestLogEntry[];
}

const mostBodyBytes = 64 * 1024 * 1024;
const createdSeconds = 1_700_000_000;

/** Starts the known-answer endpoint on loopback. Throws `usage` where the port is taken. */
export async function startReferenceServer(options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const { port = 0, host = '127.0.0.1', encoding = 'o200k_base', latencyMs = 0, seed = 0, log } = options;
  const models = wardrobe(options.dress ?? null, options.aliases ?? {});
  const { dress } = models;
  const tokenizer = await loadTiktoken(encoding);
  const counter = createPromptCounter(tokenizer);
  const entries: RequestLogEntry[] = [];
  let completions = 0;
  let faultable = 0;

  const answer = async (
    request: CompletionRequest,
    response: ServerResponse,
    share: string | undefined,
  ): Promise<void> => {
    const { served, maxTokens } = request;
    const { profile, is: model } = served;
    const promptTokens = countPrompt(request, counter);
    const plan = faultsAskedFor(share) ?? quickFaults(profile.faultRate);
    const fault = plan.rate > 0 ? faultOf(seed, faultable++, plan) : null;
    const note = (status: number, kind: FaultKind | null): void => {
      const promptSha256 = sha256(request.messages.map(({ content }) => content).join('\n\n'));
      const at = new Date().toISOString();
      const entry = { at, model, promptTokens, maxTokens, promptSha256, status, fault: kind };
      entries.push(entry);
      log?.(entry);
    };
    const delivery: Delivery = {
      stream: request.stream,
      includeUsage: request.includeUsage,
      firstTokenMs: profile.firstTokenMs + latencyMs,
      perTokenMs: profile.perTokenMs,
      keepAlive: dress.keepAlive,
      turnAway: dress.turnAway,
    };
    try {
      const id = `known-answer-${completions++}`;
      const reply = complete(request, { promptTokens, counter, id, created: nowSeconds(), dress });
      const turnedAway = fault?.kind.startsWith('rate_limited') === true;
      note(
        turnedAway ? dress.turnAway().status : fault === null ? 200 : faultStatus(fault),
        fault?.kind ?? null,
      );
      if (fault === null) await sendReply(response, reply, delivery);
      else await sendFault(response, fault, { reply, delivery });
    } catch (error) {
      if (error instanceof RequestError || error instanceof DressedError) note(error.status, null);
      throw error;
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, share, asked = ''] = /^(?:\/faults\/([^/?]*))?([^?]*)/.exec(request.url ?? '/') ?? [];
    const path = asked.startsWith(`${dress.base}/`) ? `/v1${asked.slice(dress.base.length)}` : asked;
    switch (`${request.method} ${path}`) {
      case 'GET /health':
        return sendJson(response, 200, { status: 'ok' });
      case 'GET /v1/models':
        return sendJson(response, 200, modelList(models));
      case 'POST /v1/chat/completions':
        return answer(parseCompletion('chat', parseBody(await readBody(request)), models), response, share);
      case 'POST /v1/completions':
        return answer(
          parseCompletion('completions', parseBody(await readBody(request)), models),
          response,
          share,
        );
      case 'POST /tokenize':
        return sendJson(
          response,
          200,
          await tokenize(parseBody(await readBody(request)), { counter, tokenizer, models }),
        );
      default:
        throw new RequestError(404, `No such route: ${request.method} ${path}.`, { code: 'not_found' });
    }
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      if (error instanceof RequestError || error instanceof DressedError)
        return sendJson(response, error.status, error.body);
      const message = error instanceof Error ? error.message : String(error);
      return sendJson(response, 500, new RequestError(500, message, { type: 'InternalServerError' }).body);
    });
  });
  // Idle connections stay open: one closed just as the next request is written would look like a fault of the model.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  const boundPort = await listen(server, port, host);

  return {
    url: `http://${host}:${boundPort}${dress.base}`,
    port: boundPort,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
    requests: () => [...entries],
  };
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(
        new NeedlescopeError('usage', message, { hint: 'choose another port, or 0 for any free one', cause }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** The faults that an address asks for; null where it asks for none. Throws a `RequestError` with status 404 for no share. */
function faultsAskedFor(share: string | undefined): FaultPlan | null {
  if (share === undefined) return null;
  const rate = share === '' ? Number.NaN : Number(share);
  if (rate >= 0 && rate <= 1) return allFaults(rate);
  throw new RequestError(404, `/faults/: expected a share from 0 to 1, got ${share.slice(0, 40)}.`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read to its end all the same: a caller who is still sending would see a reset, not the error.
    if (bytes <= mostBodyBytes) chunks.push(chunk);
  }
  if (bytes > mostBodyBytes) throw new RequestError(413, `The body is larger than ${mostBodyBytes} bytes.`);
  return Buffer.concat(chunks, bytes).toString('utf8');
}

function modelList({ ids, find, dress }: Wardrobe): object {
  const data = ids.map((id) => ({
    id,
    object: 'model',
    created: createdSeconds,
    // Whoever reads the list can tell that no model of a maker is behind an alias.
    owned_by: 'needlescope',
    ...dress.listed(find(id)?.profile.window ?? 0),
  }));
  return { object: 'list', data };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
