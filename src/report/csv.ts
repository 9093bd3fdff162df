import type { ReportRow } from './report-row.ts';
import type { ReportView } from './report-view.ts';

type Field = string | number | null;

const columns = [
  'run',
  'label',
  'source',
  'model',
  'maker',
  'claimed_window',
  'task',
  'context_length',
  'depth',
  'trial',
  'outcome',
  'reason',
  'score',
  'raw_score',
  'scale_min',
  'scale_max',
  'scorer',
  'flags',
  'error',
  'question',
  'expected',
  'answer',
  'answer_chars',
  'finish_reason',
  'prompt_tokens_planned',
  'prompt_tokens_counted',
  'cached_tokens',
  'answer_tokens',
  'ttft_ms',
  'latency_ms',
  'attempts',
  'cost_usd',
  'started_at',
  'finished_at',
  'key',
] as const;
type Column = (typeof columns)[number];

/**
 * One CSV field (RFC 4180). A text that a spreadsheet would run as a formula gets a leading apostrophe, as OWASP
 * advises against CSV injection, and so does one that already has such an apostrophe: taking one off gives the text back.
 * Numbers of ours are written as they are.
 */
export function csvField(value: Field): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const inert = /^'*[\s\u0000-\u001f]*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replace(/"/g, '""')}"` : inert;
}

function rowFields(view: ReportView, row: ReportRow): Record<Column, Field> {
  const panel = view.panels[row.panel];
  return {
    run: row.run,
    label: panel?.model.simulated === true ? 'SIMULATED' : panel?.imported ? 'imported' : '',
    source: panel?.imported?.source ?? null,
    model: row.cell.model,
    maker: panel?.model.maker ?? null,
    claimed_window: panel?.model.windows.claimed ?? null,
    task: row.cell.task,
    context_length: row.cell.contextLength,
    depth: row.cell.depth,
    trial: row.cell.trial,
    outcome: row.outcome,
    reason: row.reason,
    score: row.score,
    raw_score: row.raw,
    scale_min: row.scale?.[0] ?? null,
    scale_max: row.scale?.[1] ?? null,
    scorer: row.scorer,
    flags: row.flags.join(' '),
    error: row.error?.message ?? null,
    question: row.question,
    expected: row.expected.join(' | '),
    answer: row.answer?.text ?? null,
    answer_chars: row.answer?.length ?? null,
    finish_reason: row.finishReason,
    prompt_tokens_planned: row.tokens.planned,
    prompt_tokens_counted: row.tokens.counted,
    cached_tokens: row.tokens.cached,
    answer_tokens: row.tokens.answer,
    ttft_ms: row.ttftMs,
    latency_ms: row.latencyMs,
    attempts: row.attempts,
    cost_usd: row.costUsd,
    started_at: row.startedAt,
    finished_at: row.finishedAt,
    key: row.key,
  };
}

/** Planned cells without a row, so that a table of all cells is whole. */
function missingFields(view: ReportView): Record<Column, Field>[] {
  const blank = Object.fromEntries(columns.map((column) => [column, null])) as Record<Column, Field>;
  const seen = new Set(
    view.rows.map(
      ({ panel, lengthIndex, depthIndex, cell }) => `${panel} ${lengthIndex} ${depthIndex} ${cell.trial}`,
    ),
  );
  return view.panels.flatMap((panel, panelIndex) =>
    panel.grid.contextLengths.flatMap((contextLength, lengthIndex) =>
      panel.grid.depths.flatMap((depth, depthIndex) =>
        Array.from({ length: panel.cells[depthIndex]?.[lengthIndex]?.planned ?? 0 }, (_, trial) => trial)
          .filter((trial) => !seen.has(`${panelIndex} ${lengthIndex} ${depthIndex} ${trial}`))
          .map((trial) => ({
            ...blank,
            run: panel.run,
            label: panel.model.simulated ? 'SIMULATED' : panel.imported ? 'imported' : '',
            source: panel.imported?.source ?? null,
            model: panel.model.name,
            maker: panel.model.maker,
            claimed_window: panel.model.windows.claimed,
            task: panel.task.id,
            context_length: contextLength,
            depth,
            trial,
            outcome: 'missing',
          })),
      ),
    ),
  );
}

/** Tidy CSV: a header and one line a cell, missing cells at the end with the outcome `missing`; CRLF line ends. */
export function renderCsv(view: ReportView): string {
  const records = [...view.rows.map((row) => rowFields(view, row)), ...missingFields(view)];
  const lines = records.map((record) => columns.map((column) => csvField(record[column])).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}
