import { holdsSimulated, type ReportView } from './report-view.ts';

/**
 * The whole view as indented JSON, ending in a newline: format version 1, documented in docs/report-formats.md. What it holds
 * of simulated models and of imports stands at its head, since a script may look no further.
 */
export function renderJson(view: ReportView): string {
  const sources = view.runs.flatMap(({ imported }) => (imported === null ? [] : [imported.source]));
  const { v, generatedAt, tool, ...rest } = view;
  const head = { v, generatedAt, tool, simulated: holdsSimulated(view), imported: [...new Set(sources)] };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}
