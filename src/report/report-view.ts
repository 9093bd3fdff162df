import type { Panel } from '../analysis/panel.ts';
import type { Manifest } from '../results/manifest.ts';
import type { RunData } from '../results/run-data.ts';
import { type ReportRow, reportRow } from './report-row.ts';

/** What every format needs, as plain JSON. Format version 1. */
export interface ReportView {
  readonly v: 1;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly tool: { readonly name: 'needlescope'; readonly version: string };
  readonly runs: readonly Manifest[];
  readonly panels: readonly Panel[];
  readonly rows: readonly ReportRow[];
}

export interface ReportInput {
  readonly runs: readonly RunData[];
  /** `panelsOf` of every run, in the order to be shown. */
  readonly panels: readonly Panel[];
  readonly generatedAt: string;
  readonly toolVersion: string;
}

/** Above this many rows the text around a needle is kept only where the score is below 1. */
const fullEvidenceRows = 2_000;

/** The view of one or several runs; rows outside every panel are kept out, rows of one panel stay in the order asked. */
export function buildReportView({ runs, panels, generatedAt, toolVersion }: ReportInput): ReportView {
  const places = new Map<string, { panel: number; depthIndex: number; lengthIndex: number }>();
  panels.forEach((panel, index) => {
    panel.cells.forEach((row, depthIndex) => {
      row.forEach((cell, lengthIndex) => {
        for (const key of cell.keys)
          places.set(`${panel.run}\n${key}`, { panel: index, depthIndex, lengthIndex });
      });
    });
  });
  const total = runs.reduce((sum, run) => sum + run.results.length, 0);
  const rows = runs.flatMap(({ manifest, results }) =>
    results.flatMap((result) => {
      const place = places.get(`${manifest.run}\n${result.key}`);
      if (place === undefined) return [];
      const keepText = total <= fullEvidenceRows || result.score === null || result.score.value < 1;
      return [reportRow({ run: manifest.run, result, place, keepText })];
    }),
  );
  return {
    v: 1,
    generatedAt,
    tool: { name: 'needlescope', version: toolVersion },
    runs: runs.map(({ manifest }) => manifest),
    panels,
    rows,
  };
}

/** Whether any part of the view is simulated: then SIMULATED stands in titles. */
export function holdsSimulated(view: ReportView): boolean {
  return view.panels.some(({ model }) => model.simulated);
}
