import { NeedlescopeError } from '../core/errors.ts';
import { formatLength, parseLength } from '../core/length.ts';

/** What a threshold's number counts, and so how it may be written. */
type Unit = 'fraction' | 'length' | 'count' | 'milliseconds' | 'usd';

interface Measure {
  readonly summary: string;
  readonly unit: Unit;
  /** Whether `[64k..128k]` may follow. */
  readonly ranged: boolean;
  readonly example: string;
}

/** What a threshold can test. */
export const measures = {
  accuracy: {
    summary: 'Mean score over scored cells.',
    unit: 'fraction',
    ranged: true,
    example: 'accuracy >= 0.95',
  },
  coverage: {
    summary: 'Share of planned cells that were scored.',
    unit: 'fraction',
    ranged: true,
    example: 'coverage >= 0.98',
  },
  effectiveLength: {
    summary: 'The shown end of the effective length, in tokens.',
    unit: 'length',
    ranged: false,
    example: 'effectiveLength >= 64k',
  },
  failed: {
    summary: 'Cells the endpoint failed to answer, over the whole run.',
    unit: 'count',
    ranged: false,
    example: 'failed == 0',
  },
  'ttft.p50': time('Median time to the first token.', 'ttft.p50 <= 5s'),
  'ttft.p90': time('Time to the first token that 90 % of answers kept.', 'ttft.p90 <= 10s'),
  'ttft.p95': time('Time to the first token that 95 % of answers kept.', 'ttft.p95 <= 20s'),
  'ttft.p99': time('Time to the first token that 99 % of answers kept.', 'ttft.p99 <= 30s'),
  'latency.p50': time('Median time of a whole answer.', 'latency.p50 <= 10s'),
  'latency.p90': time('Time of a whole answer that 90 % kept.', 'latency.p90 <= 20s'),
  'latency.p95': time('Time of a whole answer that 95 % kept.', 'latency.p95 <= 30s'),
  'latency.p99': time('Time of a whole answer that 99 % kept.', 'latency.p99 <= 60s'),
  cost: { summary: 'Cost of the whole run in USD.', unit: 'usd', ranged: false, example: 'cost <= 5' },
} as const satisfies Record<string, Measure>;
export type MeasureName = keyof typeof measures;

const operators = ['>=', '<=', '==', '>', '<'] as const;
export type Operator = (typeof operators)[number];

/** A condition on a finished run, parsed before any call. */
export interface Threshold {
  /** As the user wrote it, trimmed. */
  readonly text: string;
  readonly measure: MeasureName;
  /** Context lengths in tokens, both ends included; null = all. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly operator: Operator;
  /** A fraction from 0 to 1, tokens, a count, milliseconds or USD, as the measure has it. */
  readonly value: number;
}

/** The condition in `text`, such as `accuracy[64k..128k] >= 0.9`; throws `config_invalid` naming what was expected. */
export function parseThreshold(text: string): Threshold {
  const parts = /^\s*([A-Za-z][A-Za-z0-9.]*)\s*(\[[^\]]*\])?\s*(>=|<=|==|>|<)\s*(\S(?:.*\S)?)\s*$/.exec(text);
  const [, name = '', bracket, operator = '', value = ''] = parts ?? [];
  if (parts === null || !isOperator(operator)) {
    throw invalid(text, 'a measure, an operator and a value', `write it like ${examples()}`);
  }
  if (!isMeasure(name)) {
    throw invalid(
      text,
      `one of the measures ${Object.keys(measures).join(', ')}`,
      `write it like ${examples()}`,
    );
  }
  const measure: Measure = measures[name];
  if (bracket !== undefined && !measure.ranged) {
    throw invalid(text, `${name} without a range of lengths`, `write it like ${measure.example}`);
  }
  return {
    text: text.trim(),
    measure: name,
    range: bracket === undefined ? null : parseRange(text, bracket),
    operator,
    value: parseValue(text, value, measure),
  };
}

/** A value of `measure` as a reader writes it: `0.950`, `64K`, `3`, `1.2 s`, `4.10 USD`. */
export function formatMeasure(measure: MeasureName, value: number): string {
  switch (measures[measure].unit) {
    case 'fraction':
      return value.toFixed(3);
    case 'length':
      return formatLength(value);
    case 'milliseconds':
      return `${Number((value / 1000).toFixed(3))} s`;
    case 'usd':
      return `${value.toFixed(2)} USD`;
    case 'count':
      return String(value);
  }
}

function time(summary: string, example: string) {
  return { summary, unit: 'milliseconds', ranged: false, example } as const;
}

function isMeasure(name: string): name is MeasureName {
  return Object.hasOwn(measures, name);
}

function isOperator(text: string): text is Operator {
  return operators.some((operator) => operator === text);
}

function parseRange(text: string, bracket: string): { from: number; to: number } {
  const ends = bracket.slice(1, -1).split('..');
  const [from, to] = ends.map((end) => lengthOrNull(end));
  if (ends.length !== 2 || from == null || to == null || from > to) {
    throw invalid(
      text,
      'a range of lengths, the smaller one first',
      'write it like accuracy[64k..128k] >= 0.9',
    );
  }
  return { from, to };
}

function parseValue(text: string, written: string, measure: Measure): number {
  const value = readers[measure.unit](written);
  if (value === null) throw invalid(text, values[measure.unit], `write it like ${measure.example}`);
  return value;
}

/** What a value must look like, by unit. */
const values: Readonly<Record<Unit, string>> = {
  fraction: 'a fraction from 0 to 1, or a percentage',
  length: 'a length in tokens',
  count: 'a whole number',
  milliseconds: 'a time such as 20s or 1500ms',
  usd: 'an amount in USD',
};

const readers: Readonly<Record<Unit, (written: string) => number | null>> = {
  fraction: (written) => {
    const percent = /^(.*\S)\s*%$/.exec(written);
    const value = percent === null ? plainNumber(written) : plainNumber(percent[1] ?? '');
    const fraction = value === null || percent === null ? value : value / 100;
    return fraction === null || fraction > 1 ? null : fraction;
  },
  length: lengthOrNull,
  count: (written) => (/^[0-9]{1,15}$/.test(written) ? Number(written) : null),
  milliseconds: (written) => {
    const parts = /^(.*?)\s*(ms|s|min)$/.exec(written);
    const value = plainNumber(parts?.[1] ?? '');
    return value === null ? null : value * { ms: 1, s: 1_000, min: 60_000 }[parts?.[2] as 'ms' | 's' | 'min'];
  },
  usd: (written) => plainNumber(written.replace(/^\$\s*|\s*USD$/g, '')),
};

function plainNumber(written: string): number | null {
  return /^[0-9]{1,15}(?:\.[0-9]{1,15})?$/.test(written) ? Number(written) : null;
}

function lengthOrNull(written: string): number | null {
  try {
    return parseLength(written);
  } catch {
    // The caller says more: it knows the threshold the length stands in.
    return null;
  }
}

function examples(): string {
  return `${measures.accuracy.example}, accuracy[64k..128k] >= 0.9 or ${measures.effectiveLength.example}`;
}

function invalid(text: string, expected: string, hint: string): NeedlescopeError {
  return new NeedlescopeError('config_invalid', `threshold ${JSON.stringify(text)}: expected ${expected}`, {
    hint,
  });
}
