import { gzipSync } from 'node:zlib';
import { differencesOf } from '../difference.ts';
import { figureOfRun, type HeatmapFigure } from '../figure.ts';
import { altText } from '../panel-text.ts';
import type { ReportView } from '../report-view.ts';
import type { ScoreScale, StyleName } from '../styles.ts';
import type { PageData } from './page-data.ts';
import { type PageRow, pageRow, toColumns } from './page-row.ts';

export interface PackedPage {
  readonly data: PageData;
  /** The parts: `PageColumns` as JSON, gzipped, in base64. The page unpacks a part when its evidence is asked for. */
  readonly rows: readonly string[];
}

/** A part small enough to unpack while a reader waits for one answer. */
const rowsPerPart = 4_000;

/** JSON, gzipped, in base64. */
export function pack(value: unknown): string {
  return gzipSync(JSON.stringify(value), { level: 9 }).toString('base64');
}

/** The folder of a run as its config names it, else where runs lie by default; null for imports. */
function folderOf(view: ReportView, run: string): string | null {
  const manifest = view.runs.find((each) => each.run === run);
  if (manifest === undefined || manifest.imported !== null) return null;
  const output = manifest.config['output'];
  return typeof output === 'string' ? output : `reports/${run}`;
}

/** The data of a page, made from a view. */
export function packPage(
  view: ReportView,
  { style, scale }: { readonly style: StyleName; readonly scale: ScoreScale },
): PackedPage {
  const figures = view.panels.map((panel) => figureOfRun(panel, view.runs));
  const byPanel: PageRow[][] = view.panels.map(() => []);
  for (const row of view.rows) byPanel[row.panel]?.push(pageRow(row));
  for (const rows of byPanel) {
    rows.sort((a, b) => a.lengthIndex - b.lengthIndex || a.depthIndex - b.depthIndex || a.trial - b.trial);
  }
  const parts: number[] = [];
  const packed: string[] = [];
  for (const [panel, rows] of byPanel.entries()) {
    for (let from = 0; from < rows.length; from += rowsPerPart) {
      parts.push(panel);
      packed.push(pack(toColumns(rows.slice(from, from + rowsPerPart))));
    }
  }
  return {
    data: {
      figures,
      alts: view.panels.map((panel, index) => {
        const figure = figures[index] as HeatmapFigure;
        return { en: altText(panel, figure, 'en'), zh: altText(panel, figure, 'zh') };
      }),
      folders: view.panels.map(({ run }) => folderOf(view, run)),
      differences: differencesOf(view),
      style,
      scale,
      parts,
    },
    rows: packed,
  };
}
