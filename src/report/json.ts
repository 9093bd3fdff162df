import type { ReportView } from './report-view.ts';

/** The whole view as indented JSON, ending in a newline. */
export function renderJson(view: ReportView): string {
  return `${JSON.stringify(view, null, 2)}\n`;
}
