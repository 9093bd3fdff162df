import type { EndpointError } from '../client/endpoint-error.ts';
import type { Completion } from '../core/completion.ts';
import type { FailureRecord, Result, UnscoredReason } from '../core/result.ts';
import type { Sample } from '../core/sample.ts';
import type { Flag, Scorer } from '../core/score.ts';
import { costOf } from './cost.ts';
import { endsInLoop, isGarbled } from './degenerate.ts';
import { offersOthers } from './hedged.ts';
import type { BuiltPrompt, ModelJob, PlannedCell } from './job.ts';
import { looksLikeRefusal } from './refusal.ts';

const answerChars = 2_000;

/** Finish reasons by what they mean; providers differ in words. */
const cutReasons: ReadonlySet<string> = new Set(['length', 'max_tokens', 'model_length']);
const filteredReasons: ReadonlySet<string> = new Set([
  'content_filter',
  'sensitive',
  'safety',
  'prohibited_content',
  'blocklist',
  'recitation',
]);
const overflowReason = 'model_context_window_exceeded';

/** A cell whose asking has come to an end. */
export interface AskedCell {
  readonly job: Pick<ModelJob, 'priceUsd' | 'scorerOf' | 'cutShare'>;
  readonly planned: Pick<PlannedCell, 'key' | 'cell'>;
  readonly prompt: Pick<BuiltPrompt, 'promptKey' | 'sample'>;
  readonly attempts: number;
  /** Why the prompt is believed cut although its own answer does not tell; null or nothing: it is not. */
  readonly seenCut?: string | null;
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
  if (reason !== null) {
    const error = reason === 'truncated' ? cutRecord(asked.seenCut ?? null) : null;
    return ordered({ ...base, outcome: 'unscored', reason, flags: [], score: null, error });
  }
  const { name, scorer } = asked.job.scorerOf(asked.planned.cell.task);
  const { sample } = asked.prompt;
  const { value } = scorer.score({ text: completion.text }, sample.target);
  if (!(value >= 0 && value <= 1)) throw new RangeError(`scorer ${name}: expected 0 to 1, got ${value}`);
  return ordered({
    ...base,
    outcome: 'scored',
    reason: null,
    flags: flagsOf(completion, { value, scorer, sample }),
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
export function leastPromptTokens(planned: number, cutShare: number): number {
  return planned - Math.max(64, planned * cutShare);
}

/** Where usage tells of the cut, its figures say all. */
function cutRecord(seenCut: string | null): FailureRecord | null {
  return seenCut === null ? null : { code: 'truncated', message: seenCut, status: null };
}

function unscoredReason(asked: AskedCell, completion: Completion): UnscoredReason | null {
  const { text, finishReason, usage } = completion;
  if (isFiltered(finishReason)) return 'filtered';
  if (finishReason === overflowReason) return 'overflow';
  const least = leastPromptTokens(asked.prompt.sample.promptTokens, asked.job.cutShare?.() ?? 0.01);
  if (usage.promptTokens !== null && usage.promptTokens < least) return 'truncated';
  if (typeof asked.seenCut === 'string') return 'truncated';
  // Blanks up to the limit are a loop like any other, and no answer that was still to come.
  return isCut(finishReason) && text.trim() === '' && !endsInLoop(text) ? 'no_answer' : null;
}

function flagsOf(
  { text, reasoning, finishReason }: Completion,
  judged: { readonly value: number; readonly scorer: Scorer; readonly sample: Sample },
): Flag[] {
  const { value, scorer, sample } = judged;
  const flags: Flag[] = [];
  if (isCut(finishReason) && value < 1) flags.push('cut');
  if (endsInLoop(text) || isGarbled(text)) flags.push('degenerate');
  if (value < 1 && looksLikeRefusal(text)) flags.push('refusal');
  if (value > 0 && offersOthers(text, sample)) flags.push('hedged');
  if (value === 0 && reasoning !== null && scorer.score({ text: reasoning }, sample.target).value > 0) {
    flags.push('needle_in_thoughts');
  }
  return flags;
}

/** Whether an answer was ended by its token limit, by a filter or by the window, and not by itself. */
export function endedEarly(finishReason: string | null): boolean {
  if (finishReason === null) return false;
  return isCut(finishReason) || isFiltered(finishReason) || finishReason === overflowReason;
}

function isFiltered(finishReason: string | null): boolean {
  return finishReason !== null && filteredReasons.has(finishReason.toLowerCase());
}

function isCut(finishReason: string | null): boolean {
  return finishReason !== null && cutReasons.has(finishReason.toLowerCase());
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
