import { formatLength } from '../core/length.ts';
import type { CiFigure, CiReport } from './ci-report.ts';

/** An entry of github-action-benchmark's `customBiggerIsBetter`. */
interface BenchmarkEntry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

/** The figures that are better when bigger, as github-action-benchmark's `customBiggerIsBetter` reads them. */
export function renderBenchmarkJson({ figures, simulated }: CiReport): string {
  const entries = figures.flatMap((figure) => entryOf(figure, simulated));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function entryOf(figure: CiFigure, simulated: boolean): BenchmarkEntry[] {
  const { measure, model, task, contextLength, value, interval } = figure;
  const where = contextLength === null ? '' : ` at ${formatLength(contextLength)}`;
  const name = (what: string): string =>
    `${simulated ? 'SIMULATED ' : ''}${model} on ${task}${where}: ${what}`;
  switch (measure) {
    case 'accuracy':
      return [
        {
          name: name('accuracy'),
          unit: '%',
          value: percent(value),
          ...(interval === null
            ? {}
            : {
                range: `± ${percent((interval.upper - interval.lower) / 2)}`,
                extra: `95 % interval ${percent(interval.lower)} to ${percent(interval.upper)} %, n = ${interval.n}`,
              }),
        },
      ];
    case 'effective_length_shown':
      return [{ name: name('effective length, shown'), unit: 'tokens', value }];
    case 'effective_length_not_disproved':
      return [{ name: name('effective length, not disproved'), unit: 'tokens', value }];
    default:
      return [];
  }
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10;
}
