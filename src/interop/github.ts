import { type CiCase, type CiReport, type CiRow, countsText, outcomeWord } from './ci-report.ts';

/** GitHub shows ten errors of a step and drops the others in silence. */
const shownPerLevel = 10;
/** GitHub drops the whole summary of a step that is larger than 1 MiB. */
export const summaryBytes = 1_048_576;
const rowsInSummary = 200;

/**
 * Workflow commands, a line each: `::error` for what fails, within GitHub's ten a step, the last of which counts those left out; and one
 * `::notice` for all that could not be shown either way, which a healthy run has too.
 */
export function renderAnnotations({ cases, title, simulated }: CiReport): string[] {
  const heading = `needlescope ${title}${simulated ? ' (SIMULATED)' : ''}`;
  const failing = cases.filter(({ outcome }) => outcome === 'failed' || outcome === 'error');
  const shown = failing.length > shownPerLevel ? failing.slice(0, shownPerLevel - 1) : failing;
  const rest = failing.length - shown.length;
  const open = cases.filter(({ outcome }) => outcome === 'skipped').length;
  return [
    ...shown.map(({ outcome, message }) =>
      command('error', { title: heading, message: `${outcomeWord(outcome)}: ${message}` }),
    ),
    ...(rest === 0
      ? []
      : [
          command('error', {
            title: heading,
            message: `and ${rest} more, in the job summary and the report`,
          }),
        ]),
    ...(open === 0
      ? []
      : [
          command('notice', {
            title: heading,
            message: `${open} of ${cases.length} could not be shown either way`,
          }),
        ]),
  ];
}

function command(
  level: string,
  { title, message }: { readonly title: string; readonly message: string },
): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

// As actions/toolkit documents it: the runner reads these back.
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** The Markdown of a job summary, at most `room` bytes of UTF-8: rows are left out, and counted, before anything is cut. */
export function renderJobSummary(report: CiReport, room: number = summaryBytes): string {
  for (let rows = rowsInSummary; rows > 0; rows = Math.floor(rows / 4)) {
    const text = summaryText(report, rows);
    if (Buffer.byteLength(text) <= room) return text;
  }
  const short = `${summaryHeading(report)}\n`;
  return Buffer.byteLength(short) <= room ? short : '';
}

function summaryText(report: CiReport, most: number): string {
  const order: Readonly<Record<CiCase['outcome'], number>> = { failed: 0, error: 1, skipped: 2, passed: 3 };
  const cases = [...report.cases].sort((a, b) => order[a.outcome] - order[b.outcome]);
  return [
    summaryHeading(report),
    '',
    ...table(
      ['', 'where', 'rule', 'found'],
      cases.map(({ outcome, group, name, message }) => [outcomeWord(outcome), group, name, message]),
      most,
    ),
    '',
    ...table(
      ['model', 'task', 'accuracy', 'claimed', 'effective: shown', 'not disproved', 'cells'],
      report.rows.map(rowCells),
      most,
    ),
    '',
  ].join('\n');
}

function summaryHeading(report: CiReport): string {
  const simulated = report.simulated ? ' · **SIMULATED**, no real model' : '';
  return `### Needlescope: ${outcomeWord(report.outcome)}\n\n${cell(report.title)}: ${countsText(report)}${simulated}`;
}

function rowCells(row: CiRow): string[] {
  const { model, task, simulated, accuracy, claimed, shown, notDisproved, answered } = row;
  return [simulated ? `${model} (SIMULATED)` : model, task, accuracy, claimed, shown, notDisproved, answered];
}

function table(head: readonly string[], rows: readonly (readonly string[])[], most: number): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rest = rows.length - most;
  return [
    line(head),
    `|${head.map(() => ' --- |').join('')}`,
    ...rows.slice(0, most).map(line),
    ...(rest > 0 ? ['', `and ${rest} more`] : []),
  ];
}

/** Names come from configs and answers: nothing of theirs may become Markdown or HTML. */
function cell(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replaceAll('@', '@\u200B');
}
