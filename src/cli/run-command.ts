import { relative, resolve } from 'node:path';
import { evaluateThresholds } from '../analysis/evaluate-thresholds.ts';
import { panelsOf } from '../analysis/panels.ts';
import { parseThreshold } from '../analysis/threshold.ts';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import type { Resolution } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeReport } from '../report/write-report.ts';
import { manifestFile, readRun, resultsFile } from '../results/read-run.ts';
import type { RunData } from '../results/run-data.ts';
import { priceOf } from '../run/cost.ts';
import type { RunEvent, RunSummary } from '../run/job.ts';
import type { Connection } from '../run/look-ahead.ts';
import { type OpenPack, openPack } from '../run/pack-reader.ts';
import { withPack } from '../run/pack-run.ts';
import { runNeedles } from '../run/run.ts';
import { tokenizerCaches } from '../run/tokenizer-caches.ts';
import { thresholdLines } from './check-command.ts';
import { type CliContext, colourDepth, drawingWidth } from './context.ts';
import { type DemoEndpoint, startDemoEndpoint } from './demo-endpoint.ts';
import { openEventLog } from './event-log.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { estimateLines } from './plan-lines.ts';
import { pricesOf } from './prices-option.ts';
import type { Action } from './program.ts';
import { showProgress } from './progress.ts';
import { presetOfId, resolveServed } from './served-model.ts';
import { summaryLines } from './summary-lines.ts';
import { version } from './version.ts';

/** `run`: from config and flags to rows and report. The exit code says how it ended. */
export const runCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const { resolution, pack } = await settingsOf(context, { file: args[0], options });
    const [first] = resolution.config.models;
    const known = args[0] === undefined && first?.preset === null ? presetOfId(first.model) : null;
    if (known !== null && options['quiet'] !== true) {
      context.stderr.write(
        `note: the model table knows ${first?.model}: --preset ${known} puts what its maker claims beside what works\n`,
      );
    }
    const { shard } = resolution;
    // A part says nothing of the whole: thresholds are for the merged run.
    const rules = shard === null || shard.count === 1 ? resolution.config.thresholds : [];
    if (shard !== null && options['shard'] === undefined) {
      context.stderr.write(
        `shard ${shard.index} of ${shard.count}, by CI_NODE_INDEX and CI_NODE_TOTAL (--shard 1/1 asks all)\n`,
      );
    }
    const interrupts = listenForInterrupts(context);
    try {
      const { summary, dir } = await doRun(context, resolution, {
        interrupts,
        quiet: options['quiet'] === true,
        verbose: options['verbose'] === true,
        pack,
        ...(typeof options['events'] === 'string' ? { events: options['events'] } : {}),
      });
      const run = await readRun(dir);
      const reported = await writeReports(context, [run], resolve(dir, 'report.html'));
      const evaluation = evaluateThresholds(rules.map(parseThreshold), panelsOf(run));
      const exit = exitOf(summary, interrupts, exitCodes[evaluation.exit].code);
      if (options['json'] === true) {
        context.stdout.write(
          `${JSON.stringify({ ...summary, dir, report: reported, thresholds: evaluation.results, exit }, null, 2)}\n`,
        );
      } else {
        const color = colourDepth(context.stdout, context.env);
        context.stdout.write(
          `${renderTerminal(panelsOf(run), { color, width: drawingWidth(context.stdout, context.env) })}\n`,
        );
        context.stdout.write(thresholdLines(evaluation));
        context.stdout.write(`${relative(context.cwd, reported) || reported}\n`);
      }
      for (const line of summaryLines(summary)) context.stderr.write(`${line}\n`);
      return exit;
    } finally {
      interrupts.release();
      await pack?.close();
    }
  };

/** What to run, and the pack whose prompts are asked, where one is named: open, for the caller to close. */
async function settingsOf(
  context: CliContext,
  {
    file: path,
    options,
  }: { readonly file: string | undefined; readonly options: Readonly<Record<string, unknown>> },
): Promise<{ readonly resolution: Resolution; readonly pack: OpenPack | null }> {
  const file = path === undefined ? null : await readConfigFile(resolve(context.cwd, path));
  const flags = options as Flags;
  const prices = await pricesOf(context, options);
  const resolution = await resolveServed({ file, flags, env: context.env, prices });
  if (typeof options['pack'] !== 'string') return { resolution, pack: null };
  const pack = await openPack(resolve(context.cwd, options['pack']));
  try {
    return { resolution: withPack(resolution, pack, flags), pack };
  } catch (error) {
    await pack.close();
    throw error;
  }
}

export interface RunView {
  readonly interrupts: Interrupts;
  readonly quiet: boolean;
  readonly verbose?: boolean;
  /** Frozen prompts to ask in place of new ones. */
  readonly pack?: OpenPack | null;
  /** The file of `--events`, relative to the working directory. */
  readonly events?: string;
}

/** Asks all cells of a resolved run. Simulated models without an address get the embedded endpoint. */
export async function doRun(
  context: CliContext,
  resolution: Resolution,
  view: RunView,
): Promise<{ readonly summary: RunSummary; readonly dir: string }> {
  const { config } = resolution;
  const dir = resolve(context.cwd, config.output);
  const progress = showProgress(context, {
    quiet: view.quiet,
    verbose: view.verbose === true,
    limits: config.execution,
    budgetUsd: config.budget.cost,
    prices: new Map(config.models.map(({ name, price }) => [name, priceOf(price)])),
  });
  const show = (event: RunEvent): void => {
    progress.onEvent(event);
    if (event.type !== 'started' || view.quiet) return;
    for (const line of estimateLines(event, config)) progress.say(line);
  };
  const log =
    view.events === undefined
      ? null
      : await openEventLog(eventsPath(resolve(context.cwd, view.events), dir), context, (message) =>
          show({ type: 'warning', message }),
        );
  let embedded: DemoEndpoint | null = null;
  try {
    const connections = new Map<string, Connection>();
    for (const [name, connection] of resolution.connections) {
      if (connection.baseUrl === null) embedded ??= await startDemoEndpoint(context.entry);
      connections.set(name, { ...connection, baseUrl: connection.baseUrl ?? (embedded?.url as string) });
    }
    const summary = await runNeedles({
      resolution,
      connections,
      dir,
      baseDir: resolve(context.cwd, resolution.baseDir),
      tokenizerDir: resolve(context.cwd, resolution.tokenizerDir),
      cacheDir: context.cacheDir,
      tokenizerCaches: tokenizerCaches(context),
      toolVersion: version,
      pack: view.pack ?? null,
      onEvent: (event) => {
        log?.write(event);
        show(event);
      },
      stop: view.interrupts.stop,
      abort: view.interrupts.abort,
      now: context.now,
    });
    return { summary, dir };
  } finally {
    progress.end();
    await embedded?.close();
    await log?.close();
  }
}

/** Throws where events would be written among what the run itself writes. */
function eventsPath(path: string, dir: string): string {
  if (path !== resolve(dir, resultsFile) && path !== resolve(dir, manifestFile)) return path;
  throw new NeedlescopeError('usage', `--events: expected a file of its own, got ${path}, the run's own`, {
    hint: `--events ${resolve(dir, 'events.jsonl')}`,
  });
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
