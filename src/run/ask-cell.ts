import { setTimeout as sleep } from 'node:timers/promises';
import { EndpointError } from '../client/endpoint-error.ts';
import type { Completion } from '../core/completion.ts';
import { randomStream } from '../core/random.ts';
import type { Result } from '../core/result.ts';
import { decideRetry } from './decide-retry.ts';
import type { BuiltPrompt, Execution, PlannedCell, RunEvent } from './job.ts';
import type { ModelState } from './model-state.ts';
import { type AskedCell, resultOfCompletion, resultOfError, resultOfKnownWindow } from './outcome.ts';
import type { Pacer } from './pacer.ts';

/** What every cell of a run is asked with. */
export interface AskContext {
  readonly execution: Execution;
  readonly seed: number;
  readonly pacer: Pacer;
  /** Breaks running calls off. */
  readonly abort: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A settled cell; `fatal` says why no other cell of its model is worth asking. */
export interface SettledCell {
  readonly result: Result;
  readonly fatal: string | null;
}

/** Cells in a row without a connection, each after all its attempts, that make a server count as gone. */
const cellsUntilGone = 3;

/** Builds, sends and settles one cell, retries included; null where the run was halted before it was settled. */
export async function askCell(
  state: ModelState,
  planned: PlannedCell,
  context: AskContext,
): Promise<SettledCell | null> {
  const { job } = state;
  const startedAt = isoTime(context.now());
  const prompt = await planned.build();
  let attempts = 0;
  const asked = (): AskedCell => ({
    job,
    planned,
    prompt,
    attempts,
    startedAt,
    finishedAt: isoTime(context.now()),
  });
  const { promptTokens } = prompt.sample;
  if (state.refused !== null && isKnownTooLong(state.refused, promptTokens, job.maxTokens)) {
    return { result: resultOfKnownWindow(asked(), state.refused.servedWindow), fatal: null };
  }

  for (let attempt = 1; ; attempt++) {
    await pause(context.pacer.reserve(promptTokens), state.halt);
    if (state.halt.aborted) return null;
    try {
      const completion = await send(state, prompt, context, () => attempts++);
      learn(state, promptTokens, completion);
      return { result: resultOfCompletion(asked(), completion), fatal: null };
    } catch (error) {
      if (context.abort.aborted) return null;
      if (!(error instanceof EndpointError)) throw error;
      const decision = decideRetry({
        kind: error.kind,
        retryAfterMs: error.retryAfterMs,
        unreachable: error.unreachable,
        answeredBefore: state.answeredBefore,
        attempt,
        maxAttempts: context.execution.maxAttempts,
        jitter: randomStream(context.seed, 'retry', planned.key, attempt).float(),
      });
      if (!error.unreachable) state.answeredBefore = true;
      if (decision.action === 'retry') {
        const { waitMs } = decision;
        context.emit({ type: 'attempt', cell: planned.cell, attempt, reason: error.message, waitMs });
        await pause(waitMs, state.halt);
        continue;
      }
      if (error.kind === 'overflow') rememberWindow(state, promptTokens, error.servedWindow);
      state.unreachableCells = error.unreachable ? state.unreachableCells + 1 : 0;
      const gone = state.unreachableCells >= cellsUntilGone;
      const fatal = decision.action === 'fatal' || gone ? error.message : null;
      return { result: resultOfError(asked(), error), fatal };
    }
  }
}

function send(
  state: ModelState,
  prompt: BuiltPrompt,
  context: AskContext,
  onRequest: () => void,
): Promise<Completion> {
  const { api, model, maxTokens, temperature, stop, extraBody } = state.job;
  return state.client.complete({
    api,
    model,
    messages: prompt.messages,
    text: prompt.text,
    maxTokens,
    temperature,
    stop,
    extraBody,
    stream: context.execution.stream,
    signal: context.abort,
    onRequest,
  });
}

function learn(state: ModelState, plannedTokens: number, completion: Completion): void {
  const counted = completion.usage.promptTokens;
  state.answeredBefore = true;
  state.unreachableCells = 0;
  if (state.job.overheadUnknown && counted !== null) state.job.learnOverhead(plannedTokens, counted);
  // An answer without usage ends the waiting too: the next ones would not tell more.
  state.alone = 'over';
}

function rememberWindow(state: ModelState, promptTokens: number, servedWindow: number | null): void {
  if (servedWindow === null) return;
  const shortest = Math.min(promptTokens, state.refused?.promptTokens ?? promptTokens);
  state.refused = { servedWindow, promptTokens: shortest };
}

/** Only a prompt at least as long as one that was really refused, and over the window that was named then. */
function isKnownTooLong(
  refused: { readonly servedWindow: number; readonly promptTokens: number },
  promptTokens: number,
  maxTokens: number,
): boolean {
  return promptTokens >= refused.promptTokens && promptTokens + maxTokens > refused.servedWindow;
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

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
