import { access } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Language } from '../core/language.ts';
import type { RunData } from '../results/run-data.ts';
import { hasHistory, renderIndexPage } from './index-page.ts';
import { buildReportView, type ReportInput } from './report-view.ts';
import { writeWhole } from './write-whole.ts';

export interface WriteIndexOptions extends ReportInput {
  /** The report of all runs, absolute. */
  readonly report: string;
  readonly lang: Language | 'auto';
}

/**
 * Writes the index page of several runs beside their report, `report.html` → `report-index.html`, and returns its path; null
 * where no model was asked one task in two of the runs.
 */
export async function writeIndex(options: WriteIndexOptions): Promise<string | null> {
  const { report, lang, runs } = options;
  if (!hasHistory(options)) return null;
  const ending = extname(report);
  const path = `${ending === '' ? report : report.slice(0, -ending.length)}-index.html`;
  const page = renderIndexPage(buildReportView(options), {
    lang: lang === 'auto' ? 'en' : lang,
    report: linkTo(report, path),
    runReports: await ownReports(runs, path),
  });
  await writeWhole(path, { content: page });
  return path;
}

/** The reports that lie in the runs' own folders. */
async function ownReports(runs: readonly RunData[], page: string): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const { dir, manifest } of runs) {
    const report = join(resolve(dir), 'report.html');
    const there = await access(report).then(
      () => true,
      () => false,
    );
    if (there) links[manifest.run] = linkTo(report, page);
  }
  return links;
}

/** A relative link with `/` between its parts, whatever characters the folders' names hold. */
function linkTo(target: string, page: string): string {
  const parts = relative(dirname(page), target).split(sep).map(encodeURIComponent);
  return `./${parts.join('/')}`;
}
