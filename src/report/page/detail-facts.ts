import type { Language } from '../../core/language.ts';
import { percentNumber } from '../axis-labels.ts';
import type { PageRow } from '../html/page-data.ts';
import { type StringKey, strings, text } from '../html/strings.ts';
import { costText, groupedNumber } from '../panel-text.ts';

const label = (lang: Language, key: string): string => (key in strings ? text(lang, key as StringKey) : key);
const milliseconds = (value: number): string =>
  value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;

/** The outcome of a row in words: its score, or why it has none. */
export function outcomeText(row: PageRow, lang: Language): string {
  if (row.outcome === 'scored') return `${percentNumber(row.score ?? 0)} %`;
  const reason = row.reason === undefined || row.reason === null ? '' : `: ${label(lang, row.reason)}`;
  return `${text(lang, row.outcome)}${row.outcome === 'failed' && row.reason === 'failed' ? '' : reason}`;
}

/** The figures of a row as label and value, those that are unknown left out. */
export function rowFacts(row: PageRow, lang: Language): [StringKey, string][] {
  const tokens = row.tokens ?? {};
  const scale = row.scale ?? null;
  const facts: [StringKey, string | null | undefined][] = [
    ['outcome', outcomeText(row, lang)],
    [
      'score',
      scale === null || row.raw === undefined || row.raw === null
        ? null
        : text(lang, 'published_score', { raw: row.raw, low: scale[0], high: scale[1] }),
    ],
    ['flags', row.flags?.map((flag) => label(lang, flag)).join(', ')],
    ['scorer', row.scorer],
    [
      'tokens_planned',
      row.attempts === 0 || tokens.planned === undefined ? null : groupedNumber(tokens.planned),
    ],
    [
      'tokens_counted',
      tokens.counted === undefined || tokens.counted === null ? null : groupedNumber(tokens.counted),
    ],
    ['tokens_cached', tokens.cached ? groupedNumber(tokens.cached) : null],
    [
      'tokens_answer',
      tokens.answer === undefined || tokens.answer === null ? null : groupedNumber(tokens.answer),
    ],
    ['characters', tokens.chars ? groupedNumber(tokens.chars) : null],
    ['ttft', row.ttftMs === undefined || row.ttftMs === null ? null : milliseconds(row.ttftMs)],
    ['latency', row.latencyMs === undefined || row.latencyMs === null ? null : milliseconds(row.latencyMs)],
    ['attempts', row.attempts ? String(row.attempts) : null],
    ['cost', costText(row.costUsd ?? null)],
    ['finish_reason', row.finishReason],
    ['served_model', row.servedModel],
    ['asked_at', row.attempts ? row.startedAt : null],
    ['key', row.key],
  ];
  return facts.filter((fact): fact is [StringKey, string] => typeof fact[1] === 'string' && fact[1] !== '');
}
