import { extname, resolve } from 'node:path';
import type { Language } from '../core/language.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html/render-html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { loadPageAssets, sharePlotly } from './page-assets.ts';
import { renderPng } from './png-image.ts';
import { buildReportView, type ReportInput, type ReportView } from './report-view.ts';
import type { ScoreScale, StyleName } from './styles.ts';
import { renderSvgFile } from './svg-file.ts';
import { writeWhole } from './write-whole.ts';

/** How a report looks; a page: when it opens. */
interface ReportLook {
  /** @default 'auto' */
  readonly lang?: Language | 'auto';
  /** @default 'article' */
  readonly style?: StyleName;
  /** How scores are written; the style's own way where it is left out. */
  readonly scale?: ScoreScale;
  /** A folder where reports share one copy of Plotly; without it each holds its own. */
  readonly assets?: string;
  /** Absolute paths of font files for PNG besides the system's fonts. @default [] */
  readonly fonts?: readonly string[];
}

interface ReportFormat {
  readonly summary: string;
  render(view: ReportView, look: ReportLook, path: string): Promise<string | Uint8Array> | string;
}

async function renderPage(view: ReportView, look: ReportLook, path: string): Promise<string> {
  const assets = await loadPageAssets();
  const { assets: folder, ...rest } = look;
  if (folder === undefined) return renderHtml(view, { ...rest, ...assets });
  const href = await sharePlotly(assets, { folder: resolve(folder), page: path });
  return renderHtml(view, { ...rest, script: assets.script, plotly: { href } });
}

/** Pictures cannot switch their language: where none is asked for they speak English. */
const pictureLook = ({ lang, style, scale }: ReportLook): Parameters<typeof renderSvgFile>[1] => ({
  lang: lang === 'zh' ? 'zh' : 'en',
  ...(style === undefined ? {} : { style }),
  ...(scale === undefined ? {} : { scale }),
});

/** The formats that are files; the name is the ending. `terminal` is text for stdout: see `renderTerminal`. */
export const reportFormats = {
  html: {
    summary: 'One self-contained interactive page.',
    render: renderPage,
  },
  md: { summary: 'Markdown for pull requests and job summaries.', render: renderMarkdown },
  csv: { summary: 'Tidy CSV, one row a cell.', render: renderCsv },
  json: { summary: 'The whole view of the report as JSON.', render: renderJson },
  svg: {
    summary: 'The heatmaps as one SVG file.',
    render: (view, look) => renderSvgFile(view, pictureLook(look)),
  },
  png: {
    summary: 'The heatmaps as one PNG file, drawn without a browser.',
    render: (view, look) => renderPng(renderSvgFile(view, pictureLook(look)), { fonts: look.fonts ?? [] }),
  },
} as const satisfies Record<string, ReportFormat>;
export type ReportFormatName = keyof typeof reportFormats;

export interface WriteReportOptions extends ReportInput, ReportLook {
  readonly formats: readonly ReportFormatName[];
  /** The file to write; with several formats each takes this path with its own ending. */
  readonly out: string;
}

const lookOf = ({ lang, style, scale, assets, fonts }: WriteReportOptions): ReportLook => ({
  ...(lang === undefined ? {} : { lang }),
  ...(style === undefined ? {} : { style }),
  ...(scale === undefined ? {} : { scale }),
  ...(assets === undefined ? {} : { assets }),
  ...(fonts === undefined ? {} : { fonts }),
});

/** Writes a report in one or more formats and returns the absolute paths written, in the order of the formats. */
export async function writeReport(options: WriteReportOptions): Promise<string[]> {
  const view = buildReportView(options);
  const out = resolve(options.out);
  const paths: string[] = [];
  for (const format of options.formats) {
    const ending = extname(out);
    const stem = ending === '' ? out : out.slice(0, -ending.length);
    const path = options.formats.length === 1 && ending !== '' ? out : `${stem}.${format}`;
    const row: ReportFormat = reportFormats[format];
    await writeWhole(path, { content: await row.render(view, lookOf(options), path) });
    paths.push(path);
  }
  return paths;
}
