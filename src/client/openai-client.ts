import type { Completion } from '../core/completion.ts';
import { type Adaptation, adaptedOf, adaptTo, describeAdaptation, firstTry } from './adapt.ts';
import { type EndpointAddress, parseBaseUrl } from './base-url.ts';
import { type CompletionRequest, requestBody } from './completion-request.ts';
import { EndpointError } from './endpoint-error.ts';
import { readErrorValue } from './error-body.ts';
import { createAnswerReader } from './event-stream.ts';
import { type Exchange, type Reader, startExchange } from './exchange.ts';
import { countOf, fieldOf, listOf, stringOf } from './json-fields.ts';
import { openaiRequests } from './openai-request.ts';
import { addAnswer, emptyAnswer, finishAnswer } from './read-answer.ts';
import { createRedact, createRedactCompletion, type Redact } from './redact.ts';
import { requestHeaders } from './request-headers.ts';
import { createSlicedBody, SlicedBodyError } from './sliced-body.ts';
import { bodyError, translateError } from './translate-error.ts';
import { createTransport, type Transport } from './transport.ts';

export interface EndpointOptions {
  readonly baseUrl: string;
  /** null: no Authorization is sent. */
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What the endpoint is known to call the answer's limit. @default max_tokens, until it asks for the other */
  readonly tokensField?: Adaptation['tokensField'];
  /** Bounds one attempt: to the first byte, then between bytes. */
  readonly timeoutSeconds: number;
  /** Told in a sentence of each parameter that the endpoint turned out not to take, and of all so far in the manifest's words. */
  readonly onAdapt?: (message: string, adapted: readonly string[]) => void;
}

/** A model as the endpoint lists it. */
export interface ListedModel {
  readonly id: string;
  /** The window it serves, in tokens; null where it does not say. */
  readonly window: number | null;
  /** As the list says. The known-answer endpoint is told by it, whatever id it answers to. */
  readonly ownedBy?: string;
}

/** An OpenAI-compatible endpoint. Makes no retries; every failure is an `EndpointError` free of secrets. */
export interface EndpointClient {
  /** One answer. Rejects with the signal's reason where the caller broke it off. */
  complete(request: CompletionRequest): Promise<Completion>;
  listModels(signal?: AbortSignal): Promise<readonly ListedModel[]>;
  close(): Promise<void>;
}

/** A client for one endpoint; throws `config_invalid` for a URL, key or header that cannot be sent. */
export function createEndpointClient(options: EndpointOptions): EndpointClient {
  const address = parseBaseUrl(options.baseUrl);
  const headers = requestHeaders(address, options.apiKey, options.headers);
  const secrets = [
    ...address.secrets,
    ...(options.apiKey === null ? [] : [options.apiKey]),
    ...Object.values(options.headers),
  ];
  const redact = createRedact(secrets);
  const redactCompletion = createRedactCompletion(secrets);
  const transport = createTransport();
  const requestOf = openaiRequests(address, headers);
  const { timeoutSeconds } = options;
  const endpoint: Endpoint = { requestOf, transport, redact, address, timeoutSeconds };
  let adaptation: Adaptation = { ...firstTry, tokensField: options.tokensField ?? firstTry.tokensField };

  return {
    complete: async (request) => {
      for (;;) {
        const sentAs = adaptation;
        try {
          return redactCompletion(await ask(endpoint, request, sentAs));
        } catch (error) {
          const next = error instanceof EndpointError ? adaptTo(error, sentAs, request.extraBody) : null;
          if (next === null) throw error;
          const before = adaptation;
          adaptation = merge(adaptation, next);
          const change = describeAdaptation(before, adaptation);
          if (change !== null) options.onAdapt?.(`${address.host}: ${change}`, adaptedOf(adaptation));
        }
      }
    },
    listModels: async (signal) => {
      const { url, ...request } = await requestOf('GET', '/models');
      return attempt(endpoint, { signal }, async (exchange) =>
        readModels(JSON.parse(await exchange.text(url, request))),
      );
    },
    close: () => transport.close(),
  };
}

interface Endpoint {
  readonly requestOf: ReturnType<typeof openaiRequests>;
  readonly transport: Transport;
  readonly redact: Redact;
  readonly address: EndpointAddress;
  readonly timeoutSeconds: number;
}

async function ask(
  endpoint: Endpoint,
  request: CompletionRequest,
  adaptation: Adaptation,
): Promise<Completion> {
  const path = request.api === 'chat' ? '/chat/completions' : '/completions';
  const { url, method, headers } = await endpoint.requestOf('POST', path);
  return attempt(endpoint, request, async (exchange) => {
    const sliced = createSlicedBody({ encrypted: url.startsWith('https:') });
    const json = JSON.stringify(requestBody(request, adaptation, sliced.place));
    const sent = sliced.fill({ method, headers, body: json });
    request.onRequest?.();
    const parts = emptyAnswer();
    const startedAt = performance.now();
    let ttftMs: number | null = null;
    const events = createAnswerReader({
      onValue: (value) => {
        throwIfError(value, endpoint, exchange);
        if (addAnswer(parts, value)) ttftMs ??= performance.now() - startedAt;
      },
      onError: (value) => {
        throw errorInside(value, endpoint, exchange);
      },
    });
    // Whether it streams is told by what came, since some servers ignore `stream`.
    let streamed = false;
    let whole = '';
    const reader: Reader = {
      onHead: ({ headers }) => {
        streamed = request.stream && !/json|html/i.test(headers.get('content-type') ?? '');
      },
      onText: (text) => {
        if (streamed) return events.feed(text);
        whole += text;
        return false;
      },
    };
    try {
      await exchange.send(url, sent, reader);
      if (streamed) events.end();
    } catch (error) {
      // A connection that breaks after the finish reason has nothing more to say but usage.
      const saidAll = streamed && parts.finishReason !== null;
      if (!saidAll || error instanceof EndpointError || request.signal?.aborted) throw error;
    }
    if (!streamed) {
      const value: unknown = JSON.parse(whole);
      throwIfError(value, endpoint, exchange);
      addAnswer(parts, value);
    } else if (parts.finishReason === null && !events.done) {
      throw endedEarly(endpoint, exchange);
    }
    if (!parts.answered) throw noAnswer(endpoint, exchange);
    const latencyMs = Math.round(performance.now() - startedAt);
    return finishAnswer(parts, { ttftMs: ttftMs === null ? null : Math.round(ttftMs), latencyMs });
  });
}

interface Attempted {
  readonly signal?: AbortSignal | undefined;
  readonly onLimits?: CompletionRequest['onLimits'];
}

/** Runs one attempt and translates whatever it throws. */
async function attempt<T>(
  endpoint: Endpoint,
  { signal, onLimits }: Attempted,
  call: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const { timeoutSeconds, transport, redact, address } = endpoint;
  const exchange = startExchange(transport, { timeoutMs: timeoutSeconds * 1_000, signal, onLimits });
  try {
    return await call(exchange);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SlicedBodyError) throw error;
    throw translateError(error, { exchange, host: address.host, redact, timeoutSeconds });
  }
}

/** Errors also come inside a 200: as an `error` key, or bare with `object: error`. */
function throwIfError(value: unknown, endpoint: Endpoint, exchange: Exchange): void {
  const inner = fieldOf(value, 'error');
  const bare = fieldOf(value, 'object') === 'error';
  if (bare || (inner !== undefined && inner !== null)) throw errorInside(value, endpoint, exchange);
}

function errorInside(value: unknown, endpoint: Endpoint, exchange: Exchange): EndpointError {
  const how = { exchange, host: endpoint.address.host, redact: endpoint.redact };
  return bodyError(readErrorValue(value), null, how);
}

/** A stream ends whole with a finish reason or with `[DONE]`. */
function endedEarly(endpoint: Endpoint, exchange: Exchange): EndpointError {
  return new EndpointError(`${endpoint.address.host}: the answer ended before it was finished`, {
    kind: 'stream_cut',
    code: 'stream_cut',
    requestId: exchange.requestId,
  });
}

function noAnswer(endpoint: Endpoint, exchange: Exchange): EndpointError {
  return new EndpointError(`${endpoint.address.host}: expected an answer with a choice, got none`, {
    kind: 'bad_response',
    code: 'bad_response',
    requestId: exchange.requestId,
  });
}

/** Calls run side by side: what one of them learned must not be unlearned by another that ended later. */
function merge(a: Adaptation, b: Adaptation): Adaptation {
  return {
    tokensField: a.tokensField === 'max_tokens' ? b.tokensField : a.tokensField,
    sendTemperature: a.sendTemperature && b.sendTemperature,
    sendStreamOptions: a.sendStreamOptions && b.sendStreamOptions,
  };
}

function readModels(value: unknown): readonly ListedModel[] {
  const list = Array.isArray(value) ? value : listOf(fieldOf(value, 'data') ?? fieldOf(value, 'models'));
  return list.flatMap((row) => {
    const id = stringOf(fieldOf(row, 'id') ?? fieldOf(row, 'name'));
    if (id === null) return [];
    // vLLM; llama.cpp; OpenRouter and Together; Groq; Mistral and LM Studio.
    const window =
      countOf(fieldOf(row, 'max_model_len'), 1) ??
      countOf(fieldOf(fieldOf(row, 'meta'), 'n_ctx'), 1) ??
      countOf(fieldOf(row, 'context_length'), 1) ??
      countOf(fieldOf(row, 'context_window'), 1) ??
      countOf(fieldOf(row, 'max_context_length'), 1);
    const ownedBy = stringOf(fieldOf(row, 'owned_by'));
    return [{ id, window, ...(ownedBy === null ? {} : { ownedBy }) }];
  });
}
