import { setTimeout as sleep } from 'node:timers/promises';
import { EndpointError } from '../client/endpoint-error.ts';
import type { Cell } from '../core/cell.ts';
import type { Completion } from '../core/completion.ts';
import { randomStream } from '../core/random.ts';
import { type CallEvent, mayBeBilled } from './call-event.ts';
import { decideRetry, type RetryDecision } from './decide-retry.ts';
import type { CallEnd } from './endpoint-pool.ts';
import type { BuiltPrompt, Execution, RunEvent } from './job.ts';
import type { ModelState } from './model-state.ts';

/** What every question of a run is asked with. */
export interface AskContext {
  readonly execution: Execution;
  /** For the spread of waits. */
  readonly seed: number;
  /** Breaks running calls off. */
  readonly abort: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One question to a model, however many attempts it takes. */
export interface Question {
  /** Names the question among all of the run. */
  readonly key: string;
  /** Of the events. */
  readonly cell: Cell;
  readonly prompt: Pick<BuiltPrompt, 'messages' | 'text'>;
  /** As planned, for the pace. */
  readonly promptTokens: number;
  /** Looked at before each attempt: whether the answer has become known otherwise meanwhile. */
  readonly isMoot?: () => boolean;
}

/** What asking came to; `requests` went out. */
export type Asked = { readonly requests: number } & (
  | { readonly kind: 'answered'; readonly completion: Completion }
  /** `fatal` says why no other question to this model is worth asking. */
  | { readonly kind: 'failed'; readonly error: EndpointError; readonly fatal: string | null }
  | { readonly kind: 'moot' }
  /** The run was halted before the question was settled. */
  | { readonly kind: 'halted' }
);

/** Cells in a row, each after all its attempts, that make a server count as gone. */
const strandedMost = 3;

/** Asks within the endpoint's limits, and again after what passes, until the question is settled. */
export async function askPatiently(
  state: ModelState,
  question: Question,
  context: AskContext,
): Promise<Asked> {
  const { cell } = question;
  let requests = 0;
  const onRequest = (): void => {
    requests++;
  };
  for (let attempt = 1; ; attempt++) {
    const came = await askOnce(state, question, { context, attempt, onRequest });
    if (came === 'halted' || came === 'moot') return { requests, kind: came };
    if (!(came instanceof EndpointError)) {
      state.answeredBefore = true;
      state.strandedCells = 0;
      context.emit({ type: 'answered', cell, attempt, ...factsOf(came) });
      return { requests, kind: 'answered', completion: came };
    }
    const decision = decide(state, came, { question, attempt, context });
    if (decision.action === 'retry') {
      const { waitMs } = decision;
      context.emit({ type: 'attempt', cell, attempt, reason: came.message, waitMs });
      await pause(waitMs, state.halt);
      continue;
    }
    const stranded = decision.action === 'give_up' && decision.stranded;
    state.strandedCells = stranded ? state.strandedCells + 1 : 0;
    const gone = decision.action === 'fatal' || state.strandedCells >= strandedMost;
    return { requests, kind: 'failed', error: came, fatal: gone ? came.message : null };
  }
}

interface Attempt {
  readonly context: AskContext;
  /** 1 for the first. */
  readonly attempt: number;
  readonly onRequest: () => void;
}

/** One attempt when its turn has come. */
async function askOnce(
  state: ModelState,
  question: Question,
  { context, attempt, onRequest }: Attempt,
): Promise<Completion | EndpointError | 'moot' | 'halted'> {
  const { cell, promptTokens } = question;
  const onWait = (ms: number): void =>
    context.emit({ type: 'waiting', cell, attempt, waitMs: Math.ceil(ms) });
  const pass = await state.pool.enter(promptTokens, state.halt, onWait);
  if (pass === null) return 'halted';
  let end: CallEnd = { kind: 'failed' };
  try {
    if (state.halt.aborted) return 'halted';
    if (question.isMoot?.()) return 'moot';
    const { api, model, maxTokens, temperature, stop, extraBody } = state.job;
    const completion = await state.client.complete({
      api,
      model,
      messages: question.prompt.messages,
      text: question.prompt.text,
      maxTokens,
      temperature,
      stop,
      extraBody,
      stream: context.execution.stream,
      signal: context.abort,
      onRequest: () => {
        onRequest();
        context.emit({ type: 'request', cell, attempt, promptTokens });
      },
      onLimits: pass.learn,
    });
    end = { kind: 'answered' };
    return completion;
  } catch (error) {
    if (context.abort.aborted) return 'halted';
    if (!(error instanceof EndpointError)) throw error;
    const crowded = error.kind === 'rate_limited' || error.overloaded;
    if (crowded) end = { kind: 'turned_away', retryAfterMs: error.retryAfterMs };
    return error;
  } finally {
    pass.leave(end);
  }
}

function factsOf(
  completion: Completion,
): Pick<CallEvent & { type: 'answered' }, 'finishReason' | 'servedModel' | 'usage' | 'ttftMs' | 'latencyMs'> {
  const { finishReason, servedModel, usage, ttftMs, latencyMs = null } = completion;
  return { finishReason, servedModel, usage, ttftMs, latencyMs };
}

function decide(
  state: ModelState,
  error: EndpointError,
  made: { readonly question: Question; readonly attempt: number; readonly context: AskContext },
): RetryDecision {
  const { question, attempt, context } = made;
  const { kind, code, status, requestId, retryAfterMs, unreachable, overloaded } = error;
  const decision = decideRetry({
    kind,
    retryAfterMs,
    unreachable,
    overloaded,
    answeredBefore: state.answeredBefore,
    attempt,
    maxAttempts: context.execution.maxAttempts,
    jitter: randomStream(context.seed, 'retry', question.key, attempt).float(),
  });
  if (!unreachable) state.answeredBefore = true;
  context.emit({
    type: 'error',
    cell: question.cell,
    attempt,
    kind,
    code,
    status,
    requestId,
    retryAfterMs,
    mayBeBilled: mayBeBilled(error),
    decision: decision.action,
  });
  return decision;
}

/** Waits, or less where `halt` comes first. */
async function pause(ms: number, halt: AbortSignal): Promise<void> {
  if (ms <= 0 || halt.aborted) return;
  try {
    await sleep(ms, undefined, { signal: halt });
  } catch (error) {
    if (!halt.aborted) throw error;
  }
}
