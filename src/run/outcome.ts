import type { EndpointError } from '../client/endpoint-error.ts';
import type { Completion } from '../core/completion.ts';
import type { Result, UnscoredReason } from '../core/result.ts';
import type { Flag, Scorer } from '../core/score.ts';
import { costOf } from './cost.ts';
import { endsInLoop } from './degenerate.ts';
import type { BuiltPrompt, ModelJob, PlannedCell } from './job.ts';
import { looksLikeRefusal } from './refusal.ts';

const answerChars = 2_000;

/** Finish reasons by what they mean; providers differ in words. */
const cutReasons: ReadonlySet<string> = new Set(['length', 'max_tokens', 'model_length']);
const filteredReasons: ReadonlySet<string> = new Set(['content_filter', 'sensitive']);
const overflowReason = 'model_context_window_exceeded';

/** A cell whose asking has come to an end. */
export interface AskedCell {
  readonly job: Pick<ModelJob, 'priceUsd' | 'scorerOf' | 'countsExact'>;
  readonly planned: Pick<PlannedCell, 'key' | 'cell'>;
  readonly prompt: Pick<BuiltPrompt, 'promptKey' | 'sample'>;
  readonly attempts: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * The row of an answered cell. An answer to a prompt that the server cut, a filtered one and one that never came out of its
 * thoughts are unscored; every other answer is scored, an empty or looping one too.
 */
export function resultOfCompletion(asked: AskedCell, completion: Completion): Result {
  const base = {
    ...rowOf(asked),
    completion,
    error: null,
    costUsd: costOf(completion.usage, asked.job.priceUsd),
  };
  const reason = unscoredReason(asked, completion);
  if (reason !== null) return ordered({ ...base, outcome: 'unscored', reason, flags: [], score: null });
  const { name, scorer } = asked.job.scorerOf(asked.planned.cell.task);
  const { target } = asked.prompt.sample;
  const { value } = scorer.score({ text: completion.text }, target);
  if (!(value >= 0 && value <= 1)) throw new RangeError(`scorer ${name}: expected 0 to 1, got ${value}`);
  return ordered({
    ...base,
    outcome: 'scored',
    reason: null,
    flags: flagsOf(completion, value, scorer, target),
    score: { value, raw: null, scale: null, answer: cutAt(completion.text, answerChars), scorer: name },
  });
}

/** The row of a cell that got an error in place of an answer: refused for its length, filtered, or failed. */
export function resultOfError(asked: AskedCell, error: EndpointError): Result {
  const unscored = error.kind === 'overflow' || error.kind === 'filtered';
  return ordered({
    ...rowOf(asked),
    outcome: unscored ? 'unscored' : 'failed',
    reason: unscored ? error.kind : error.code,
    flags: [],
    score: null,
    completion: null,
    error: { code: error.code, message: error.message, status: error.status },
    costUsd: null,
  });
}

/** The row of a cell that was not sent, because the endpoint has refused a shorter one and named its window (tokens). */
export function resultOfKnownWindow(asked: AskedCell, servedWindow: number): Result {
  return ordered({
    ...rowOf(asked),
    outcome: 'unscored',
    reason: 'overflow',
    flags: [],
    score: null,
    completion: null,
    error: {
      code: 'overflow',
      message: `not sent: the endpoint refused a shorter prompt and named a window of ${servedWindow} tokens`,
      status: null,
    },
    costUsd: null,
  });
}

/** The fewest prompt tokens that a server can report for a prompt it read whole. */
export function leastPromptTokens(planned: number, exact: boolean): number {
  // A foreign tokenizer counts up to a half more than the model's own; only a cut beyond that can be told from it.
  return exact ? planned - Math.max(64, planned * 0.01) : planned * 0.6;
}

function unscoredReason(asked: AskedCell, completion: Completion): UnscoredReason | null {
  const { text, finishReason, usage } = completion;
  if (finishReason !== null && filteredReasons.has(finishReason)) return 'filtered';
  if (finishReason === overflowReason) return 'overflow';
  const least = leastPromptTokens(asked.prompt.sample.promptTokens, asked.job.countsExact ?? true);
  if (usage.promptTokens !== null && usage.promptTokens < least) return 'truncated';
  return isCut(finishReason) && text.trim() === '' ? 'no_answer' : null;
}

function flagsOf(
  { text, reasoning, finishReason }: Completion,
  value: number,
  scorer: Scorer,
  target: readonly string[],
): Flag[] {
  const flags: Flag[] = [];
  if (isCut(finishReason) && value < 1) flags.push('cut');
  if (endsInLoop(text)) flags.push('degenerate');
  if (value < 1 && looksLikeRefusal(text)) flags.push('refusal');
  if (value === 0 && reasoning !== null && scorer.score({ text: reasoning }, target).value > 0) {
    flags.push('needle_in_thoughts');
  }
  return flags;
}

function isCut(finishReason: string | null): boolean {
  return finishReason !== null && cutReasons.has(finishReason);
}

function rowOf(asked: AskedCell): Pick<Result, RowKeys> {
  const { planned, prompt, attempts, startedAt, finishedAt } = asked;
  return {
    v: 1,
    key: planned.key,
    promptKey: prompt.promptKey,
    cell: planned.cell,
    sample: prompt.sample,
    attempts,
    startedAt,
    finishedAt,
  };
}

type RowKeys = 'v' | 'key' | 'promptKey' | 'cell' | 'sample' | 'attempts' | 'startedAt' | 'finishedAt';

/** The keys in the order of the published example, so that rows read alike. */
function ordered(row: Result): Result {
  const { v, key, promptKey, cell, sample, outcome, reason, flags, score, completion, error } = row;
  const { attempts, costUsd, startedAt, finishedAt } = row;
  return {
    v,
    key,
    promptKey,
    cell,
    sample,
    outcome,
    reason,
    flags,
    score,
    completion,
    error,
    attempts,
    costUsd,
    startedAt,
    finishedAt,
  };
}

/** The first `length` UTF-16 units, never half of a pair. */
function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
