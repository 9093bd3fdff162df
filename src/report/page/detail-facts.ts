import type { Language } from '../../core/language.ts';
import type { PageRow } from '../html/page-row.ts';
import { type StringKey, strings, text } from '../html/strings.ts';
import { costText, groupedNumber } from '../panel-text.ts';
import { type ScoreScale, scoreWithUnit } from '../styles.ts';

const label = (lang: Language, key: string): string => (key in strings ? text(lang, key as StringKey) : key);
const milliseconds = (value: number): string =>
  value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
const grouped = (value: number | null | undefined): string | null =>
  typeof value === 'number' ? groupedNumber(value) : null;

/** The outcome of a row in words: its score, or why it has none. */
export function outcomeText(
  row: PageRow,
  { lang, scale }: { readonly lang: Language; readonly scale: ScoreScale },
): string {
  if (row.outcome === 'scored') return scoreWithUnit(row.score ?? 0, scale);
  const reason = typeof row.reason === 'string' ? `: ${label(lang, row.reason)}` : '';
  return `${text(lang, row.outcome)}${row.outcome === 'failed' && row.reason === 'failed' ? '' : reason}`;
}

function rateText({ answerTokens, ttftMs, latencyMs }: PageRow): string | null {
  if (!answerTokens || typeof latencyMs !== 'number' || typeof ttftMs !== 'number') return null;
  return answerTokens < 2 || latencyMs <= ttftMs
    ? null
    : String(Number(((1000 * (answerTokens - 1)) / (latencyMs - ttftMs)).toPrecision(3)));
}

/** The figures of a row as label and value, those that are unknown left out. */
export function rowFacts(
  row: PageRow,
  state: { readonly lang: Language; readonly scale: ScoreScale },
): [StringKey, string][] {
  const { lang } = state;
  const scale = row.scale ?? null;
  const asked = Boolean(row.attempts);
  const facts: [StringKey, string | null | undefined][] = [
    ['outcome', outcomeText(row, state)],
    [
      'score',
      scale === null || typeof row.raw !== 'number'
        ? null
        : text(lang, 'published_score', { raw: row.raw, low: scale[0], high: scale[1] }),
    ],
    ['flags', row.flags?.map((flag) => label(lang, flag)).join(', ')],
    ['scorer', row.scorer],
    ['tokens_planned', asked ? grouped(row.planned) : null],
    ['tokens_counted', grouped(row.counted)],
    ['tokens_cached', row.cached ? grouped(row.cached) : null],
    ['tokens_answer', grouped(row.answerTokens)],
    ['characters', row.chars ? grouped(row.chars) : null],
    ['ttft', typeof row.ttftMs === 'number' ? milliseconds(row.ttftMs) : null],
    ['latency', typeof row.latencyMs === 'number' ? milliseconds(row.latencyMs) : null],
    ['tokens_a_second', rateText(row)],
    ['attempts', asked ? String(row.attempts) : null],
    ['cost', costText(row.costUsd ?? null)],
    ['finish_reason', row.finishReason],
    ['served_model', row.servedModel],
    ['asked_at', row.startedAt],
    ['key', row.key],
  ];
  return facts.filter((fact): fact is [StringKey, string] => typeof fact[1] === 'string' && fact[1] !== '');
}
