/** What went wrong with one call, as far as it decides what happens next. */
export type EndpointErrorKind =
  | 'rate_limited'
  | 'server'
  | 'network'
  | 'timeout'
  | 'stream_cut'
  | 'bad_response'
  | 'overflow'
  | 'auth'
  | 'balance'
  | 'not_found'
  | 'filtered'
  | 'rejected';

export interface EndpointErrorDetails {
  readonly kind: EndpointErrorKind;
  /** For rows: `http_429`, `network`, `timeout`, `stream_cut`, `bad_response`, `overflow`, … */
  readonly code: string;
  /** The HTTP status; null where none came. */
  readonly status?: number | null;
  /** The endpoint's own code: `context_length_exceeded`, `1302`, `ECONNREFUSED`, … */
  readonly providerCode?: string | null;
  /** The parameter that the endpoint complains about. */
  readonly param?: string | null;
  /** Least wait that the endpoint asked for. */
  readonly retryAfterMs?: number | null;
  /** The window in tokens that the endpoint names when it refuses a length. */
  readonly servedWindow?: number | null;
  readonly requestId?: string | null;
  /** No connection could be made at all: refused, no such host, bad certificate. */
  readonly unreachable?: boolean;
  /** The endpoint has more to do than it can: fewer calls at once would fare better. */
  readonly overloaded?: boolean;
  readonly cause?: unknown;
}

/** A failed call to an endpoint. Its text never holds the API key. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly kind: EndpointErrorKind;
  readonly code: string;
  readonly status: number | null;
  readonly providerCode: string | null;
  readonly param: string | null;
  readonly retryAfterMs: number | null;
  readonly servedWindow: number | null;
  readonly requestId: string | null;
  readonly unreachable: boolean;
  readonly overloaded: boolean;

  constructor(message: string, details: EndpointErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.code = details.code;
    this.status = details.status ?? null;
    this.providerCode = details.providerCode ?? null;
    this.param = details.param ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.servedWindow = details.servedWindow ?? null;
    this.requestId = details.requestId ?? null;
    this.unreachable = details.unreachable ?? false;
    this.overloaded = details.overloaded ?? false;
  }
}
