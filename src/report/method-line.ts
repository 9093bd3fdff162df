import type { Panel } from '../analysis/panel.ts';
import type { Language } from '../core/language.ts';
import type { Manifest } from '../results/manifest.ts';
import { text } from './html/strings.ts';

/**
 * How a chart's figures came about, in one line that every picture carries: task, answers a cell, corpus, date, version. It
 * begins with SIMULATED or with the word for imported figures, so that no cut-out passes for something else.
 */
export function methodLine(panel: Panel, manifest: Manifest | undefined, lang: Language): string {
  const { task, grid, model, imported } = panel;
  const parts = [
    ...(model.simulated ? [text(lang, 'simulated')] : []),
    ...(imported === null ? [] : [text(lang, 'imported')]),
    task.id,
    grid.uneven === true ? `n = 1–${grid.trials}` : `n = ${grid.trials}`,
    ...(manifest?.corpus ? [manifest.corpus.id] : []),
    ...(manifest === undefined
      ? []
      : [manifest.startedAt.slice(0, 10), `needlescope ${manifest.tool.version}`]),
  ];
  return parts.join(' · ');
}
