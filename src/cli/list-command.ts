import { suites } from '../config/suites.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { formatLength } from '../core/length.ts';
import { nearest } from '../core/nearest.ts';
import { knownCorpora } from '../corpus/catalogue.ts';
import type { ModelPreset } from '../models/preset.ts';
import { describeModel, presetNames } from '../models/presets.ts';
import { knownAnswerModels, profileOfModel } from '../reference/profiles.ts';
import { tokenizerNames } from '../run/resolve-tokenizer.ts';
import { scorers } from '../scorers/scorers.ts';
import { tasks } from '../tasks/tasks.ts';
import type { CliContext } from './context.ts';
import { megabytes } from './figures.ts';
import { type Action, listTopics } from './program.ts';

type Row = Readonly<Record<string, unknown>>;
type Topic = (typeof listTopics)[number];

/** What each topic prints: the rows as JSON, and the columns of the table. */
const topics: Readonly<Record<Topic, { rows(): Row[]; columns(row: Row): string[] }>> = {
  models: {
    rows: () => presetNames().map((name) => ({ ...describeModel(name) })),
    columns: (row) => {
      const windows = row['windows'] as ModelPreset['windows'];
      const claim = row['articleClaim'] as ModelPreset['articleClaim'];
      return [
        String(row['preset']),
        String(row['maker'] ?? 'simulated'),
        String(row['parameters'] ?? ''),
        windows.config === null ? '' : `config ${formatLength(windows.config)}`,
        `documented ${formatLength(windows.documented)}`,
        claim === null ? '' : `article ${formatLength(claim)}`,
        String(row['id']),
      ];
    },
  },
  tasks: {
    rows: () =>
      Object.entries(tasks).map(([name, { summary, version, scorer }]) => ({
        name,
        summary,
        version,
        scorer,
      })),
    columns: (row) => [String(row['name']), String(row['scorer']), String(row['summary'])],
  },
  corpora: {
    rows: () => knownCorpora().map((corpus) => ({ ...corpus })),
    columns: (row) => [
      String(row['id']),
      String(row['language']),
      row['bytes'] === null ? 'ships' : `download ${megabytes(row['bytes'] as number)}`,
      String(row['summary']),
    ],
  },
  scorers: {
    rows: () => Object.entries(scorers).map(([name, { summary, version }]) => ({ name, summary, version })),
    columns: (row) => [String(row['name']), String(row['summary'])],
  },
  tokenizers: {
    rows: () => Object.entries(tokenizerNames).map(([name, summary]) => ({ name, summary })),
    columns: (row) => [String(row['name']), String(row['summary'])],
  },
  suites: {
    rows: () => Object.entries(suites).map(([name, row]) => ({ name, ...row })),
    columns: (row) => [String(row['name']), String(row['summary'])],
  },
  profiles: {
    rows: () => knownAnswerModels().map((model) => ({ model, ...profileOfModel(model) })),
    columns: (row) => [String(row['model']), String(row['summary'])],
  },
};

/** `list`: a table on stdout, or the rows as JSON. */
export const listCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const wanted = args[0] as string;
    const topic = listTopics.find((name) => name === wanted);
    if (topic === undefined) {
      const close = nearest(wanted, listTopics);
      throw new NeedlescopeError('unknown_name', `expected one of ${listTopics.join(', ')}, got ${wanted}`, {
        hint: `needlescope list ${close ?? 'models'}`,
      });
    }
    const { rows, columns } = topics[topic];
    const all = rows();
    if (options['json'] === true) context.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else context.stdout.write(table(all.map(columns)));
    return exitCodes.done.code;
  };

/** Lines with their columns aligned; the last one runs free. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => (column === row.length - 1 ? text : text.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
