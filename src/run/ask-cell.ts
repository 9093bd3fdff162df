import type { Completion } from '../core/completion.ts';
import type { Result } from '../core/result.ts';
import { type AskContext, askPatiently } from './ask-patiently.ts';
import type { BuiltPrompt, PlannedCell } from './job.ts';
import type { ModelState } from './model-state.ts';
import { type AskedCell, resultOfCompletion, resultOfError, resultOfKnownWindow } from './outcome.ts';

/** A settled cell; `fatal` says why no other cell of its model is worth asking. */
export interface SettledCell {
  readonly result: Result;
  readonly fatal: string | null;
}

/** Builds, sends and settles one cell, retries included; null where the run was halted before it was settled. */
export async function askCell(
  state: ModelState,
  planned: PlannedCell,
  context: AskContext,
): Promise<SettledCell | null> {
  const { job } = state;
  const startedAt = isoTime(context.now());
  const prompt = await planned.build();
  const { promptTokens } = prompt.sample;
  const isMoot = (): boolean => isKnownTooLong(state.refused, promptTokens, job.maxTokens);
  const asked = isMoot()
    ? ({ kind: 'moot', requests: 0 } as const)
    : await askPatiently(
        state,
        { key: planned.key, cell: planned.cell, prompt, promptTokens, isMoot },
        context,
      );
  if (asked.kind === 'halted') return null;
  const finishedAt = isoTime(context.now());
  const cell: AskedCell = { job, planned, prompt, attempts: asked.requests, startedAt, finishedAt };
  switch (asked.kind) {
    case 'answered':
      learn(state, prompt, asked.completion);
      return {
        result: resultOfCompletion(
          { ...cell, seenCut: await seenCut(state, planned, asked.completion) },
          asked.completion,
        ),
        fatal: null,
      };
    case 'failed': {
      const { error, fatal } = asked;
      if (error.kind === 'overflow')
        rememberWindow(state, { servedWindow: error.servedWindow, promptTokens }, context);
      return { result: resultOfError(cell, error), fatal };
    }
    case 'moot':
      if (state.refused === null) throw new RangeError('expected a refusal to go by');
      return { result: resultOfKnownWindow(cell, state.refused.servedWindow), fatal: null };
  }
}

/** What canaries say of a prompt of which the answer's usage says nothing. */
async function seenCut(
  { cuts }: ModelState,
  { cell }: PlannedCell,
  { usage }: Completion,
): Promise<string | null> {
  return usage.promptTokens === null && cuts !== null ? cuts.seenCut(cell.contextLength) : null;
}

function learn(state: ModelState, { sample }: BuiltPrompt, completion: Completion): void {
  const counted = completion.usage.promptTokens;
  if (counted !== null) state.job.learnCount(sample, counted);
  // An answer without usage ends the waiting too: the next ones would not tell more.
  state.alone = 'over';
}

function rememberWindow(
  state: ModelState,
  refusal: { readonly servedWindow: number | null; readonly promptTokens: number },
  { emit }: Pick<AskContext, 'emit'>,
): void {
  const { servedWindow, promptTokens } = refusal;
  if (servedWindow === null) return;
  if (state.refused?.servedWindow !== servedWindow) {
    emit({ type: 'learned', model: state.job.name, what: 'window', tokens: servedWindow });
  }
  state.job.learnWindow?.(servedWindow);
  const shortest = Math.min(promptTokens, state.refused?.promptTokens ?? promptTokens);
  state.refused = { servedWindow, promptTokens: shortest };
}

/** Only a prompt at least as long as one that was really refused, and over the window that was named then. */
function isKnownTooLong(refused: ModelState['refused'], promptTokens: number, maxTokens: number): boolean {
  if (refused === null) return false;
  return promptTokens >= refused.promptTokens && promptTokens + maxTokens > refused.servedWindow;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
