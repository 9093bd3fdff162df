import { relative, resolve } from 'node:path';
import { evaluateThresholds } from '../analysis/evaluate-thresholds.ts';
import { panelsOf } from '../analysis/panels.ts';
import { parseThreshold } from '../analysis/threshold.ts';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import { type Resolution, resolveConfig } from '../config/resolve.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeReport } from '../report/write-report.ts';
import { readRun } from '../results/read-run.ts';
import type { RunData } from '../results/run-data.ts';
import type { RunSummary } from '../run/job.ts';
import type { Connection } from '../run/look-ahead.ts';
import { runNeedles } from '../run/run.ts';
import { thresholdLines, verdictExit } from './check-command.ts';
import { type CliContext, colourDepth } from './context.ts';
import { startDemoEndpoint } from './demo-endpoint.ts';
import { duration, money, tokens } from './figures.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { estimateLine } from './plan-lines.ts';
import type { Action } from './program.ts';
import { showProgress } from './progress.ts';
import { version } from './version.ts';

/** `run`: from config and flags to rows and report. The exit code says how it ended. */
export const runCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const file = args[0] === undefined ? null : await readConfigFile(resolve(context.cwd, args[0]));
    const resolution = resolveConfig({ file, flags: options as Flags, env: context.env });
    const interrupts = listenForInterrupts(context);
    try {
      const { summary, dir } = await doRun(context, resolution, {
        interrupts,
        quiet: options['quiet'] === true,
      });
      const run = await readRun(dir);
      const reported = await writeReports(context, [run], resolve(dir, 'report.html'));
      const verdicts = evaluateThresholds(resolution.config.thresholds.map(parseThreshold), panelsOf(run));
      const exit = exitOf(summary, interrupts, verdictExit(verdicts));
      if (options['json'] === true) {
        context.stdout.write(
          `${JSON.stringify({ ...summary, dir, report: reported, thresholds: verdicts, exit }, null, 2)}\n`,
        );
      } else {
        const color = colourDepth(context.stdout, context.env);
        context.stdout.write(`${renderTerminal(panelsOf(run), { color, width: context.stdout.columns })}\n`);
        context.stdout.write(thresholdLines(verdicts));
        context.stdout.write(`${relative(context.cwd, reported) || reported}\n`);
      }
      context.stderr.write(`${summaryLine(summary)}\n`);
      return exit;
    } finally {
      interrupts.release();
    }
  };

/** Asks all cells of a resolved run. Simulated models without an address get the embedded endpoint. */
export async function doRun(
  context: CliContext,
  resolution: Resolution,
  options: { readonly interrupts: Interrupts; readonly quiet: boolean },
): Promise<{ readonly summary: RunSummary; readonly dir: string }> {
  const { config } = resolution;
  const dir = resolve(context.cwd, config.output);
  const embedded = [...resolution.connections.values()].some(({ baseUrl }) => baseUrl === null)
    ? await startDemoEndpoint(context.entry)
    : null;
  const progress = showProgress(context, { quiet: options.quiet });
  try {
    const connections = new Map<string, Connection>();
    for (const [name, connection] of resolution.connections) {
      connections.set(name, { ...connection, baseUrl: connection.baseUrl ?? (embedded?.url as string) });
    }
    const summary = await runNeedles({
      resolution,
      connections,
      dir,
      baseDir: resolve(context.cwd, resolution.baseDir),
      toolVersion: version,
      onEvent: (event) => {
        if (event.type === 'started' && !options.quiet) {
          context.stderr.write(`${estimateLine(event, config)}\n`);
        }
        progress.onEvent(event);
      },
      stop: options.interrupts.stop,
      abort: options.interrupts.abort,
      now: context.now,
    });
    return { summary, dir };
  } finally {
    progress.end();
    await embedded?.close();
  }
}

/** Writes the HTML report of runs and returns its path. */
export async function writeReports(
  context: CliContext,
  runs: readonly RunData[],
  out: string,
): Promise<string> {
  const [path] = await writeReport({
    runs,
    panels: runs.flatMap(panelsOf),
    generatedAt: new Date(context.now()).toISOString(),
    toolVersion: version,
    formats: ['html'],
    out,
  });
  return path as string;
}

/** How a run ended, as an exit code. What stopped it comes before what its figures say. */
export function exitOf(summary: RunSummary, interrupts: Interrupts, verdict: number): number {
  if (summary.ended === 'interrupted' || interrupts.interrupted()) return exitCodes.interrupted.code;
  if (summary.ended === 'budget') return exitCodes.budget.code;
  if (summary.failed > 0 || summary.missing > 0 || summary.ended === 'fatal')
    return exitCodes.incomplete.code;
  return verdict;
}

function summaryLine(summary: RunSummary): string {
  const { planned, skipped, scored, unscored, failed, missing } = summary;
  const parts = [
    `${planned} cells: ${scored} scored`,
    ...(unscored > 0 ? [`${unscored} not scored`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(missing > 0 ? [`${missing} not asked`] : []),
  ];
  const spent = [
    `${tokens(summary.promptTokens)} prompt tokens`,
    ...(summary.costUsd === null ? [] : [money(summary.costUsd)]),
    duration(summary.elapsedMs),
  ];
  const again = failed + missing > 0 ? '; run the same command again to resume' : '';
  const before = skipped > 0 ? ` (${skipped} from before)` : '';
  return `${parts.join(', ')}${before} · ${spent.join(' · ')}${again}`;
}
