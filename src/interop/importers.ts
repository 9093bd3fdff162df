import { NeedlescopeError } from '../core/errors.ts';
import { chromaCsv } from './chroma-csv.ts';
import { evalscopeReport } from './evalscope-report.ts';
import type { Importer, SourceFile } from './importer.ts';
import { kamradtArray } from './kamradt-array.ts';
import { kamradtCells } from './kamradt-cells.ts';
import { kamradtJsonl } from './kamradt-jsonl.ts';
import { publishedChart } from './published-chart.ts';
import { rulerPredictions } from './ruler-predictions.ts';
import { headOf, sourceError } from './source-text.ts';
import { tidyCsv } from './tidy-csv.ts';

/** Formats of others' published results that can be read, by the name that `import --from` takes. */
export const importers = {
  'published-chart': publishedChart,
  'kamradt-array': kamradtArray,
  'kamradt-cells': kamradtCells,
  'kamradt-jsonl': kamradtJsonl,
  ruler: rulerPredictions,
  evalscope: evalscopeReport,
  'chroma-csv': chromaCsv,
  'tidy-csv': tidyCsv,
} as const satisfies Record<string, Importer>;
export type ImportFormat = keyof typeof importers;
export const importFormats = Object.keys(importers) as readonly ImportFormat[];

/** The one format that all files are of; throws `input_unusable` for a file of none, or of another than the first. */
export function recogniseFormat(files: readonly SourceFile[]): ImportFormat {
  const [first, ...others] = files.map((file) => ({ file, format: formatOf(file) }));
  if (first === undefined) {
    throw new NeedlescopeError('input_unusable', 'expected files to import, got none');
  }
  const other = others.find(({ format }) => format !== first.format);
  if (other !== undefined) {
    throw sourceError(other.file, `expected ${first.format} like ${first.file.path}, got ${other.format}`, {
      hint: 'import the files of one format at a time',
    });
  }
  return first.format;
}

function formatOf(file: SourceFile): ImportFormat {
  const found = importFormats.find((name) => importers[name].recognises(file));
  if (found !== undefined) return found;
  const began = headOf(file).slice(0, 40).replace(/\s+/g, ' ');
  throw sourceError(
    file,
    `expected one of ${importFormats.join(', ')}, got ${began === '' ? 'an empty file' : `a file that begins ${JSON.stringify(began)}`}`,
    { hint: 'name the format with --from, or see docs/import.md for what each looks like' },
  );
}
