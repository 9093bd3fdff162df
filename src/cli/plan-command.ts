import { resolve } from 'node:path';
import type { Flags } from '../config/flags.ts';
import { readConfigFile } from '../config/read-config.ts';
import { resolveConfig } from '../config/resolve.ts';
import { configForManifest, type ResolvedConfig, type ResolvedModel } from '../config/resolved.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { formatLength } from '../core/length.ts';
import type { Result } from '../core/result.ts';
import type { Grid } from '../results/manifest.ts';
import { readRun } from '../results/read-run.ts';
import { unheldByBudget } from '../run/budget-guard.ts';
import { lengthsUpTo } from '../run/choose-lengths.ts';
import type { Estimate } from '../run/estimate.ts';
import { planLoads } from '../run/plan-loads.ts';
import { estimateLoad, estimateRun, type ModelLoad } from '../run/run-estimate.ts';
import type { CliContext } from './context.ts';
import { amountText, tokens } from './figures.ts';
import { table } from './list-command.ts';
import { costLines, timeLine } from './plan-lines.ts';
import { pricesOf } from './prices-option.ts';
import type { Action } from './program.ts';

/** Lengths a plan assumes where neither the user nor the model table says anything. */
const assumedWindow = 8_000;

/** `plan`: what a run would ask and cost, and where each setting came from. Calls nothing and needs no network. */
export const planCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const file = args[0] === undefined ? null : await readConfigFile(resolve(context.cwd, args[0]));
    const resolution = resolveConfig({
      file,
      flags: options as Flags,
      env: context.env,
      prices: await pricesOf(context, options),
      offline: true,
    });
    const { config, origins, shard } = resolution;
    const rows = await rowsIn(resolve(context.cwd, config.output));
    const { execution } = config;
    const lengthsOf = (model: ResolvedModel): readonly number[] => plannedLengths(model).contextLengths;
    const all = planLoads(resolution, { lengthsOf, rows: [] });
    const grids = config.models.flatMap((model, i) =>
      config.tasks.map((task) => {
        const { contextLengths, note } = plannedLengths(model);
        const grid: Grid = {
          model: model.name,
          task: task.id,
          contextLengths,
          depths: model.depths,
          trials: model.trials,
        };
        const load = all[i] as ModelLoad;
        const estimate = estimateLoad(load, { execution, rows: [] }, ({ cell }) => cell.task === task.id);
        return { ...grid, note, maxTokens: model.maxTokens, estimate };
      }),
    );
    const total = {
      cells: sum(grids, (estimate) => estimate.cells),
      promptTokens: sum(grids, (estimate) => estimate.promptTokens),
      completionTokens: sum(grids, (estimate) => estimate.completionTokens),
    };
    const left = estimateRun(planLoads(resolution, { lengthsOf, rows }), { execution, rows });
    if (options['json'] === true) {
      const plan = { grids, total, left, shard, config: configForManifest(config), origins };
      context.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
      return exitCodes.done.code;
    }
    const lines = grids.map((grid) => [
      grid.model,
      grid.task,
      `${grid.contextLengths.map(formatLength).join(' ')}`,
      `${grid.depths.length} depths × ${grid.trials} trials`,
      `${grid.estimate.cells} cells`,
      `${tokens(grid.estimate.promptTokens)} prompt tokens`,
      grid.estimate.cost === null ? 'price unknown' : `at most ${amountText(grid.estimate.cost)}`,
    ]);
    context.stdout.write(table(lines));
    context.stdout.write(
      `\ntotal: ${total.cells} cells, ${tokens(total.promptTokens)} prompt tokens, at most ${tokens(total.completionTokens)} answer tokens\n`,
    );
    if (rows.length > 0 && left.cells < total.cells) {
      context.stdout.write(
        `left: ${left.cells} cells, ${tokens(left.promptTokens)} prompt tokens; the others have their rows in ${config.output}\n`,
      );
    }
    const told = left.cells === 0 ? [] : [...costLines(left), timeLine(left)];
    for (const line of told) context.stdout.write(`${line}\n`);
    for (const line of foreignBudget(config)) context.stdout.write(`note: ${line}\n`);
    if (shard !== null)
      context.stdout.write(
        `shard ${shard.index} of ${shard.count}: about ${Math.round(total.cells / shard.count)} of these cells\n`,
      );
    for (const note of new Set(grids.map((grid) => grid.note)))
      if (note !== null) context.stdout.write(`note: ${note}\n`);
    if (grids.some((grid) => grid.trials < 3)) {
      context.stdout.write('note: under 3 trials a cell this is a preview only\n');
    }
    context.stdout.write(
      `\nsettings\n${table(Object.entries(origins).map(([path, origin]) => [`  ${path}`, shown(config, path), origin]))}`,
    );
    return exitCodes.done.code;
  };

function plannedLengths(model: ResolvedModel): { contextLengths: readonly number[]; note: string | null } {
  if (model.contextLengths !== null) return { contextLengths: model.contextLengths, note: null };
  const claimed = model.windows.claimed;
  return {
    contextLengths: lengthsUpTo(claimed ?? assumedWindow),
    note:
      claimed === null
        ? `${model.name}: no lengths were given and no window is known; a run would ask the server (assumed here: ${assumedWindow})`
        : `${model.name}: no lengths were given; up to the claimed window here, a run would ask the server for the one it serves`,
  };
}

/** The rows of the run that this one would resume; none where there is none that can be read, which a run would say. */
async function rowsIn(dir: string): Promise<readonly Result[]> {
  try {
    return (await readRun(dir)).results;
  } catch (error) {
    if (error instanceof NeedlescopeError) return [];
    throw error;
  }
}

/** Models whose cost no budget in USD holds. */
function foreignBudget({ budget, models }: ResolvedConfig): string[] {
  if (budget.cost === null) return [];
  return models.flatMap(({ name, price }) =>
    price?.currency === 'USD' ? [] : [unheldByBudget(name, price?.currency ?? null)],
  );
}

function sum(grids: readonly { readonly estimate: Estimate }[], of: (estimate: Estimate) => number): number {
  return grids.reduce((total, { estimate }) => total + of(estimate), 0);
}

/** The value of a setting by its path, on one line. */
function shown(config: unknown, path: string): string {
  let value = config;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    value =
      value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[step] : undefined;
  }
  const text = value === undefined ? '' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
