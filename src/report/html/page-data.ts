import type { Language } from '../../core/language.ts';
import { type HeatmapFigure, heatmapFigure } from '../figure.ts';
import { altText } from '../panel-text.ts';
import type { ReportRow } from '../report-row.ts';
import type { ReportView } from '../report-view.ts';

/** A row as it stands in the page: what is null, empty or known from the panel is left out to keep files small. */
export type PageRow = Omit<Partial<ReportRow>, 'cell' | 'tokens'> &
  Pick<ReportRow, 'panel' | 'depthIndex' | 'lengthIndex' | 'key' | 'outcome'> & {
    readonly trial?: number;
    readonly tokens?: Partial<ReportRow['tokens']>;
  };

/** What the page's script reads. */
export interface PageData {
  readonly figures: readonly HeatmapFigure[];
  readonly alts: readonly Readonly<Record<Language, string>>[];
  readonly rows: readonly PageRow[];
}

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

function withoutEmpty<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => !isEmpty(inner))) as Partial<T>;
}

function pageRow(row: ReportRow): PageRow {
  const {
    cell,
    tokens,
    panel,
    depthIndex,
    lengthIndex,
    key,
    outcome,
    run: _run,
    promptSha256: _sha,
    ...rest
  } = row;
  return {
    panel,
    depthIndex,
    lengthIndex,
    key,
    outcome,
    ...(cell.trial === 0 ? {} : { trial: cell.trial }),
    ...withoutEmpty({
      ...rest,
      needles: rest.needles.map((needle) => withoutEmpty(needle)) as ReportRow['needles'],
    }),
    tokens: withoutEmpty(tokens),
  };
}

/** The data of a page, made from a view. */
export function pageData(view: ReportView): PageData {
  const figures = view.panels.map(heatmapFigure);
  return {
    figures,
    alts: view.panels.map((panel, index) => {
      const figure = figures[index] as HeatmapFigure;
      return { en: altText(panel, figure, 'en'), zh: altText(panel, figure, 'zh') };
    }),
    rows: view.rows.map(pageRow),
  };
}
