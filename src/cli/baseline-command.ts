import { relative, resolve } from 'node:path';
import { panelsOf } from '../analysis/panels.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { nearest } from '../core/nearest.ts';
import { type Baseline, listBaselines, saveBaseline } from '../results/baselines.ts';
import { readRun } from '../results/read-run.ts';
import type { CliContext } from './context.ts';
import { table } from './list-command.ts';
import { plainText } from './plain-text.ts';
import type { Action } from './program.ts';

const verbs = ['save', 'show', 'list'] as const;

/** `baseline save|show|list`: runs that later ones are compared with, in a folder to be committed or cached. */
export const baselineCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const [verb = '', what] = args;
    const folder = resolve(context.cwd, String(options['dir']));
    const json = options['json'] === true;
    switch (verbs.find((name) => name === verb)) {
      case 'save':
        return save(context, { folder, path: what, name: String(options['name']), json });
      case 'show':
        return show(context, { folder, name: what ?? String(options['name']), json });
      case 'list':
        return list(context, { folder, json });
      default:
        throw new NeedlescopeError('unknown_name', `expected ${verbs.join(', ')}, got ${verb}`, {
          hint: `needlescope baseline ${nearest(verb, verbs) ?? 'list'}`,
        });
    }
  };

async function save(
  context: CliContext,
  {
    folder,
    path,
    name,
    json,
  }: {
    readonly folder: string;
    readonly path: string | undefined;
    readonly name: string;
    readonly json: boolean;
  },
): Promise<number> {
  if (path === undefined) {
    throw new NeedlescopeError('usage', 'expected the folder of a run to save', {
      hint: 'needlescope baseline save reports/my-run --name main',
    });
  }
  const run = await readRun(resolve(context.cwd, path));
  const panels = panelsOf(run);
  const open = panels.reduce((sum, { counts }) => sum + counts.failed + counts.missing, 0);
  // Half a run as the measure of others would pass what it never asked.
  if (open > 0 || panels.length === 0) {
    context.stderr.write(
      `incomplete: ${path}: ${open} of its cells have no answer, so it is no baseline; run its command again, it resumes\n`,
    );
    return exitCodes.incomplete.code;
  }
  const { CI_COMMIT_SHA, GITHUB_SHA } = context.env;
  const dir = await saveBaseline(run, {
    folder,
    name,
    savedAt: new Date(context.now()).toISOString(),
    commit: GITHUB_SHA ?? CI_COMMIT_SHA ?? null,
  });
  const shown = relative(context.cwd, dir) || dir;
  context.stdout.write(json ? `${JSON.stringify({ name, dir: shown })}\n` : `${shown}\n`);
  return exitCodes.done.code;
}

async function show(
  context: CliContext,
  { folder, name, json }: { readonly folder: string; readonly name: string; readonly json: boolean },
): Promise<number> {
  const all = await listBaselines(folder);
  const found = all.find((each) => each.name === name);
  if (found === undefined) {
    const names = all.map((each) => each.name);
    throw new NeedlescopeError(
      'input_unusable',
      `${folder}: expected a baseline ${name}, found ${names.length === 0 ? 'none' : names.join(', ')}`,
      { hint: `needlescope baseline save RUN --name ${nearest(name, names) ?? name}` },
    );
  }
  const panels = panelsOf(await readRun(found.dir));
  const rows = panels.map(({ model, task, overall, effective, counts }) => ({
    model: model.name,
    task: task.id,
    cells: counts.scored,
    accuracy: overall?.mean ?? null,
    shown: effective?.shown ?? null,
    notDisproved: effective?.notDisproved ?? null,
  }));
  if (json) {
    context.stdout.write(`${JSON.stringify({ ...factsOf(found), panels: rows }, null, 2)}\n`);
    return exitCodes.done.code;
  }
  context.stdout.write(table([linesOf(found)]));
  const percent = (share: number | null): string =>
    share === null ? 'not scored' : `${(share * 100).toFixed(1)} %`;
  context.stdout.write(
    table(
      rows.map((row) => [
        `  ${plainText(row.model)}`,
        plainText(row.task),
        `${row.cells} cells`,
        percent(row.accuracy),
      ]),
    ),
  );
  return exitCodes.done.code;
}

async function list(
  context: CliContext,
  { folder, json }: { readonly folder: string; readonly json: boolean },
): Promise<number> {
  const all = await listBaselines(folder);
  context.stdout.write(json ? `${JSON.stringify(all.map(factsOf), null, 2)}\n` : table(all.map(linesOf)));
  return exitCodes.done.code;
}

function factsOf({ name, note, manifest }: Baseline): Record<string, unknown> {
  return {
    name,
    run: note?.run ?? manifest.run,
    savedAt: note?.savedAt ?? null,
    commit: note?.commit ?? null,
    finishedAt: manifest.finishedAt,
    models: manifest.models.map((model) => model.name),
    cells: manifest.plannedCells,
    simulated: manifest.models.some(({ simulated }) => simulated),
  };
}

function linesOf({ name, note, manifest }: Baseline): string[] {
  return [
    name,
    note?.savedAt.slice(0, 10) ?? '',
    `${manifest.plannedCells} cells`,
    manifest.models
      .map((model) => plainText(model.simulated ? `${model.name} (SIMULATED)` : model.name))
      .join(', '),
  ];
}
