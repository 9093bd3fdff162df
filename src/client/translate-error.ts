import { classifyError, isOverloaded } from './classify.ts';
import { EndpointError } from './endpoint-error.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import type { Exchange } from './exchange.ts';
import { fieldOf, stringOf } from './json-fields.ts';
import type { Redact } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';

const messageChars = 500;

/** Causes that mean no connection at all: asking again at once meets the same wall. */
const unreachableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'EPROTO',
]);

/** What a failed attempt is translated with. */
export interface Translation {
  readonly exchange: Exchange;
  /** For messages. */
  readonly host: string;
  readonly redact: Redact;
  readonly timeoutSeconds: number;
}

/** Whatever a failed attempt threw, as an `EndpointError` whose text and cause are free of secrets. */
export function translateError(error: unknown, how: Translation): EndpointError {
  const { exchange, host } = how;
  const { requestId } = exchange;
  if (error instanceof EndpointError) return error;
  const cause = safeCause(error, how.redact);
  if (exchange.errorAnswer !== null) {
    const { status, headers, text } = exchange.errorAnswer;
    if (status < 400) return redirectError(status, headers.get('location'), how, cause);
    const body = readErrorBody(text);
    return bodyError(body, status, how, { retryAfterMs: retryAfterMs(headers, Date.now()), cause });
  }
  if (exchange.timedOut) {
    const what = exchange.answered ? 'the answer stopped' : 'no answer';
    return new EndpointError(`${host}: ${what} for ${how.timeoutSeconds} s`, {
      kind: 'timeout',
      code: 'timeout',
      requestId,
      cause,
    });
  }
  if (exchange.answered && error instanceof SyntaxError) {
    return new EndpointError(`${host}: expected JSON, got something else`, {
      kind: 'bad_response',
      code: 'bad_response',
      requestId,
      cause,
    });
  }
  const code = networkCode(error);
  if (exchange.answered) {
    return new EndpointError(`${host}: the connection broke in the middle of an answer${inBrackets(code)}`, {
      kind: 'stream_cut',
      code: 'stream_cut',
      providerCode: code,
      requestId,
      cause,
    });
  }
  const unreachable = code !== null && unreachableCodes.has(code);
  const what = unreachable ? 'cannot be reached' : 'the connection broke before an answer';
  return new EndpointError(`${host}: ${what}${inBrackets(code)}`, {
    kind: 'network',
    code: 'network',
    providerCode: code,
    unreachable,
    cause,
  });
}

/** Redirects are not followed: figures are of the endpoint that was named. */
function redirectError(
  status: number,
  location: string | null,
  how: Translation,
  cause: unknown,
): EndpointError {
  const to = location === null ? 'elsewhere' : `to ${how.redact(location)}`;
  return new EndpointError(`${how.host}: ${status}: it redirects ${to}; set baseUrl to where the API is`, {
    kind: 'not_found',
    code: `http_${status}`,
    status,
    requestId: how.exchange.requestId,
    cause,
  });
}

/** The error that an answer's body speaks of; `status` is null where it came inside a 200. */
export function bodyError(
  body: ErrorBody,
  status: number | null,
  how: Omit<Translation, 'timeoutSeconds'>,
  more: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
): EndpointError {
  const maybe = (text: string | null): string | null => (text === null ? null : how.redact(text));
  const said = how.redact(body.message).slice(0, messageChars);
  const label = status === null ? 'an error inside the answer' : String(status);
  return new EndpointError(`${how.host}: ${label}${said === '' ? ' with no text' : `: ${said}`}`, {
    ...classifyError(status, body),
    overloaded: isOverloaded(status, body, more.retryAfterMs ?? null),
    status,
    providerCode: maybe(body.code ?? body.type),
    param: maybe(body.param),
    requestId: how.exchange.requestId,
    ...more,
  });
}

/** The system's code somewhere down the chain of causes: `ECONNRESET`, `UND_ERR_SOCKET` … */
function networkCode(error: unknown): string | null {
  let inner = error;
  let found: string | null = null;
  for (let depth = 0; depth < 6 && inner !== undefined && inner !== null; depth++) {
    found = stringOf(fieldOf(inner, 'code')) ?? found;
    inner = fieldOf(inner, 'cause');
  }
  return found;
}

/** The original, unless it or anything it carries shows a secret. */
function safeCause(error: unknown, redact: Redact): unknown {
  let inner: unknown = error;
  for (let depth = 0; depth < 6 && inner !== undefined && inner !== null; depth++) {
    const shown = `${String(inner)} ${JSON.stringify(fieldOf(inner, 'error')) ?? ''}`;
    if (redact(shown) !== shown) return new Error(redact(String(error)));
    inner = fieldOf(inner, 'cause');
  }
  return error;
}

function inBrackets(code: string | null): string {
  return code === null ? '' : ` (${code})`;
}
