import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { panelsOf } from '../analysis/panels.ts';
import { parseConfig } from '../config/parse-config.ts';
import { resolveConfig } from '../config/resolve.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { importPublishedChart } from '../interop/published-chart.ts';
import { publishedCharts } from '../interop/published-charts.ts';
import { renderTerminal } from '../report/terminal.ts';
import { manifestFile, readRun, resultsFile } from '../results/read-run.ts';
import type { RunData } from '../results/run-data.ts';
import { openRunFolder } from '../results/writer.ts';
import { clearSimulatedRun } from './clear-simulated-run.ts';
import { type CliContext, colourDepth, drawingWidth } from './context.ts';
import { demoConfig } from './demo-config.ts';
import { listenForInterrupts } from './interrupts.ts';
import type { Action } from './program.ts';
import { doRun, exitOf, writeReports } from './run-command.ts';
import { version } from './version.ts';

/**
 * `demo`: four simulated models with planted answers through the whole pipeline, beside the article's two charts as imported.
 * Prints the heatmaps and the path of the report.
 */
export const demoCommand =
  (context: CliContext): Action =>
  async ({ options }) => {
    const out = String(options['out']);
    const file = parseConfig(JSON.stringify(demoConfig(out)), { path: 'the demo', dir: context.cwd });
    const resolution = resolveConfig({ file, flags: {}, env: {} });
    await clearSimulatedRun(resolve(context.cwd, out));
    const interrupts = listenForInterrupts(context);
    try {
      context.stderr.write(
        'Four simulated models with known answers, on an endpoint of this machine. No key, no cost.\n',
      );
      const { summary, dir } = await doRun(context, resolution, {
        interrupts,
        quiet: options['quiet'] === true,
      });
      const runs: RunData[] = [await readRun(dir), ...(await importCharts(context, join(dir, 'published')))];
      const report = await writeReports(context, runs, join(dir, 'report.html'));
      const color = colourDepth(context.stdout, context.env);
      context.stdout.write(
        `${renderTerminal(runs.flatMap(panelsOf), { color, width: drawingWidth(context.stdout, context.env) })}\n`,
      );
      context.stdout.write(`\nreport: ${relative(context.cwd, report) || resolve(report)}\n`);
      return exitOf(summary, interrupts, exitCodes.done.code);
    } finally {
      interrupts.release();
    }
  };

/** The published charts as runs of their own, so that no imported figure stands among measured rows. */
async function importCharts(context: CliContext, dir: string): Promise<RunData[]> {
  const importedAt = new Date(context.now()).toISOString();
  const runs: RunData[] = [];
  for (const { id, chart } of publishedCharts) {
    const { manifest, results } = importPublishedChart(chart, {
      runName: id,
      importedAt,
      toolVersion: version,
    });
    const path = join(dir, id);
    await mkdir(path, { recursive: true });
    // An earlier demo's, perhaps of another version.
    await rm(join(path, manifestFile), { force: true });
    await writeFile(join(path, resultsFile), results.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const folder = await openRunFolder(path);
    await folder.writeManifest(manifest);
    await folder.close();
    runs.push(await readRun(path));
  }
  return runs;
}
