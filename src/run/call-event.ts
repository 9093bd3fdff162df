import type { EndpointErrorKind } from '../client/endpoint-error.ts';
import type { Cell } from '../core/cell.ts';
import type { Usage } from '../core/completion.ts';

/**
 * What happens around the calls of a run, for whoever watches closely. Figures and names only: no prompt, no answer, nothing an
 * endpoint said.
 */
export type CallEvent =
  /** A slot takes a cell; the next word on it is its result. */
  | { readonly type: 'taken'; readonly key: string; readonly cell: Cell; readonly promptTokens: number }
  /** The limits of requests or tokens a minute hold a call back. */
  | { readonly type: 'waiting'; readonly cell: Cell; readonly attempt: number; readonly waitMs: number }
  /** A request goes out. `promptTokens`: as planned. */
  | {
      readonly type: 'request';
      readonly cell: Cell;
      readonly attempt: number;
      readonly promptTokens: number;
    }
  | {
      readonly type: 'answered';
      readonly cell: Cell;
      readonly attempt: number;
      readonly finishReason: string | null;
      readonly servedModel: string | null;
      readonly usage: Usage;
      readonly ttftMs: number | null;
      readonly latencyMs: number | null;
    }
  /** An attempt that got no answer, and what follows; `attempt` comes next where it is asked again. */
  | {
      readonly type: 'error';
      readonly cell: Cell;
      readonly attempt: number;
      readonly kind: EndpointErrorKind;
      readonly code: string;
      readonly status: number | null;
      readonly requestId: string | null;
      readonly retryAfterMs: number | null;
      /** The server may have read the prompt and charge for it, with no usage to tell how much. */
      readonly mayBeBilled: boolean;
      readonly decision: 'retry' | 'give_up' | 'fatal';
    }
  /** A parameter that the endpoint turned out not to take. */
  | { readonly type: 'adapted'; readonly model: string; readonly message: string }
  | LearnedEvent;

/** What the endpoint's answers taught about a model: later cells are planned by it. */
export type LearnedEvent = { readonly type: 'learned'; readonly model: string } & (
  | { readonly what: 'window'; readonly tokens: number }
  | { readonly what: 'overhead'; readonly tokens: number }
  | { readonly what: 'scale'; readonly scale: number; readonly error: number }
);

/** Kinds of failure after which a request may have been read, and charged for. */
const readKinds: ReadonlySet<EndpointErrorKind> = new Set([
  'timeout',
  'stream_cut',
  'bad_response',
  'network',
]);

/** Whether a failed attempt may be on the bill although no usage came. */
export function mayBeBilled(error: {
  readonly kind: EndpointErrorKind;
  readonly unreachable: boolean;
}): boolean {
  return readKinds.has(error.kind) && !error.unreachable;
}
