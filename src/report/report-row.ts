import type { Cell } from '../core/cell.ts';
import type { FailureRecord, Outcome, Result } from '../core/result.ts';
import type { Flag } from '../core/score.ts';

/** A text cut at a bound, with its true length in UTF-16 units. */
export interface ClippedText {
  readonly text: string;
  readonly length: number;
}

interface RowNeedle {
  readonly requestedDepth: number | null;
  readonly depth: number | null;
  readonly tokenOffset: number | null;
  /** The needle with the text around it; null in imports and where it was left out to keep the file small. */
  readonly before: string | null;
  readonly needle: string | null;
  readonly after: string | null;
}

/** The evidence of one result row. `panel` indexes `view.panels`; the other indices its `cells`. */
export interface ReportRow {
  readonly panel: number;
  readonly depthIndex: number;
  readonly lengthIndex: number;
  readonly run: string;
  readonly key: string;
  readonly promptKey: string;
  readonly cell: Cell;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly flags: readonly Flag[];
  readonly score: number | null;
  readonly raw: number | null;
  readonly scale: readonly [number, number] | null;
  readonly scorer: string | null;
  readonly needles: readonly RowNeedle[];
  readonly question: string | null;
  readonly expected: readonly string[];
  readonly answer: ClippedText | null;
  readonly reasoning: ClippedText | null;
  readonly finishReason: string | null;
  readonly servedModel: string | null;
  readonly error: FailureRecord | null;
  readonly tokens: {
    readonly planned: number;
    readonly chars: number;
    readonly counted: number | null;
    readonly cached: number | null;
    readonly answer: number | null;
  };
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly attempts: number;
  readonly costUsd: number | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly promptSha256: string;
}

export const answerBound = 8_000;
const reasoningBound = 4_000;

/** A text cut to `bound` UTF-16 units, never inside a surrogate pair. */
export function clip(value: string, bound: number): ClippedText {
  if (value.length <= bound) return { text: value, length: value.length };
  const last = value.charCodeAt(bound - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? bound - 1 : bound;
  return { text: value.slice(0, end), length: value.length };
}

export interface ReportRowInput {
  readonly run: string;
  readonly result: Result;
  readonly place: { readonly panel: number; readonly depthIndex: number; readonly lengthIndex: number };
  /** Whether the text around the needle is kept. */
  readonly keepText: boolean;
}

function needlesOf({ sample }: Result, keepText: boolean): RowNeedle[] {
  const count = Math.max(sample.needles.length, sample.evidence?.length ?? 0);
  return Array.from({ length: count }, (_, i) => {
    const placed = sample.needles[i];
    const evidence = keepText ? sample.evidence?.[i] : undefined;
    return {
      requestedDepth: placed?.requestedDepth ?? null,
      depth: placed?.depth ?? null,
      tokenOffset: placed?.tokenOffset ?? null,
      before: evidence?.before ?? null,
      needle: evidence?.needle ?? null,
      after: evidence?.after ?? null,
    };
  });
}

/** The evidence of a result, with long texts cut and their true lengths told. */
export function reportRow({ run, result, place, keepText }: ReportRowInput): ReportRow {
  const { completion, sample, score } = result;
  return {
    ...place,
    run,
    key: result.key,
    promptKey: result.promptKey,
    cell: result.cell,
    outcome: result.outcome,
    reason: result.reason,
    flags: result.flags,
    score: score?.value ?? null,
    raw: score?.raw ?? null,
    scale: score?.scale ?? null,
    scorer: score?.scorer ?? null,
    needles: needlesOf(result, keepText),
    question: sample.question,
    expected: sample.target.map((target) => clip(target, answerBound).text),
    answer: completion === null ? null : clip(completion.text, answerBound),
    reasoning:
      completion === null || completion.reasoning === null
        ? null
        : clip(completion.reasoning, reasoningBound),
    finishReason: completion?.finishReason ?? null,
    servedModel: completion?.servedModel ?? null,
    error: result.error,
    tokens: {
      planned: sample.promptTokens,
      chars: sample.promptChars,
      counted: completion?.usage.promptTokens ?? null,
      cached: completion?.usage.cachedTokens ?? null,
      answer: completion?.usage.completionTokens ?? null,
    },
    ttftMs: completion?.ttftMs ?? null,
    latencyMs: completion?.latencyMs ?? null,
    attempts: result.attempts,
    costUsd: result.costUsd,
    startedAt: result.startedAt,
    finishedAt: result.finishedAt,
    promptSha256: sample.promptSha256,
  };
}
