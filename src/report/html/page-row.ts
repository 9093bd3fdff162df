import type { ReportRow } from '../report-row.ts';

/** `[asked depth, depth, token offset, before, needle, after]`; null where unknown or left out. */
export type PageNeedle = readonly [
  number | null,
  number | null,
  number | null,
  string | null,
  string | null,
  string | null,
];

/** A row as the page reads it: flat, so that rows pack well as columns. Null, absent and empty mean the same. */
export interface PageRow {
  readonly panel: number;
  readonly lengthIndex: number;
  readonly depthIndex: number;
  readonly trial: number;
  readonly key: string;
  readonly outcome: ReportRow['outcome'];
  readonly reason: string | null;
  readonly flags: ReportRow['flags'] | null;
  readonly score: number | null;
  readonly raw: number | null;
  readonly scale: ReportRow['scale'];
  readonly scorer: string | null;
  readonly needles: readonly PageNeedle[] | null;
  readonly question: string | null;
  readonly expected: readonly string[] | null;
  readonly answer: string | null;
  /** The answer's whole length, where it was cut. */
  readonly answerLength: number | null;
  readonly reasoning: string | null;
  readonly reasoningLength: number | null;
  readonly error: ReportRow['error'];
  readonly finishReason: string | null;
  readonly servedModel: string | null;
  readonly planned: number | null;
  readonly counted: number | null;
  readonly cached: number | null;
  readonly answerTokens: number | null;
  readonly chars: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly attempts: number;
  readonly costUsd: number | null;
  readonly startedAt: string | null;
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);
const cutLength = (text: { readonly text: string; readonly length: number } | null): number | null =>
  text === null || text.length === text.text.length ? null : text.length;

/** A row of the view as the page reads it. */
export function pageRow(row: ReportRow): PageRow {
  return {
    panel: row.panel,
    lengthIndex: row.lengthIndex,
    depthIndex: row.depthIndex,
    trial: row.cell.trial,
    key: row.key,
    outcome: row.outcome,
    reason: row.reason,
    flags: orNull(row.flags),
    score: row.score,
    raw: row.raw,
    scale: row.scale,
    scorer: row.scorer,
    needles: orNull(
      row.needles.map(
        (needle): PageNeedle => [
          needle.requestedDepth,
          needle.depth,
          needle.tokenOffset,
          needle.before,
          needle.needle,
          needle.after,
        ],
      ),
    ),
    question: row.question,
    expected: orNull(row.expected),
    answer: row.answer?.text ?? null,
    answerLength: cutLength(row.answer),
    reasoning: row.reasoning?.text ?? null,
    reasoningLength: cutLength(row.reasoning),
    error: row.error,
    finishReason: row.finishReason,
    servedModel: row.servedModel,
    planned: row.tokens.planned,
    counted: row.tokens.counted,
    cached: row.tokens.cached,
    answerTokens: row.tokens.answer,
    chars: row.tokens.chars,
    ttftMs: row.ttftMs,
    latencyMs: row.latencyMs,
    attempts: row.attempts,
    costUsd: row.costUsd,
    startedAt: row.attempts === 0 ? null : row.startedAt,
  };
}

/** Rows as columns: what is alike lies together, which packs a third smaller. A column of nulls is left out. */
export interface PageColumns {
  readonly count: number;
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

export function toColumns(rows: readonly PageRow[]): PageColumns {
  const names = Object.keys(rows[0] ?? {}) as (keyof PageRow)[];
  const columns = names.flatMap((name): [string, unknown[]][] => {
    const values = rows.map((row) => row[name]);
    return values.every((value) => value === null) ? [] : [[name, values]];
  });
  return { count: rows.length, columns: Object.fromEntries(columns) };
}

/** The rows back out of their columns; a column that was left out reads as `undefined`. */
export function fromColumns({ count, columns }: PageColumns): PageRow[] {
  const names = Object.keys(columns);
  return Array.from(
    { length: count },
    (_, i) =>
      Object.fromEntries(names.map((name) => [name, columns[name]?.[i] ?? null])) as unknown as PageRow,
  );
}
