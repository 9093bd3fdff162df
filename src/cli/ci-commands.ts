import type { Command } from 'commander';
import type { Action, RunAction } from './program.ts';

/** The actions of the commands that scheduled jobs are made of. */
export interface CiActions {
  readonly export: Action;
  readonly merge: Action;
  readonly rescore: Action;
  readonly baseline: Action;
  readonly history: Action;
  readonly calibrate: Action;
}

/** Adds the commands that scheduled jobs are made of. */
export function addCiCommands(program: Command, actions: CiActions, run: RunAction): void {
  program
    .command('merge')
    .description('join the shards of a run; says what is missing')
    .argument('<run...>', 'run folders, one a shard')
    .requiredOption('-o, --out <dir>', 'the folder of the merged run')
    .option('--json', 'print what was joined and what is missing as JSON')
    .action(run(actions.merge, 1));

  program
    .command('rescore')
    .description('score the stored answers again; no model call')
    .argument('<run>', 'a run folder')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--json', 'print as JSON')
    .action(run(actions.rescore, 1));

  program
    .command('baseline')
    .description('keep a run as what later ones are compared with')
    .argument('<what>', 'save | show | list')
    .argument('[run]', 'save: a run folder; show: a name')
    .option('--name <name>', 'the name of the baseline', 'main')
    .option('--dir <dir>', 'the folder of baselines, to be committed or cached', 'baselines')
    .option('--json', 'print as JSON')
    .action(run(actions.baseline, 2));

  program
    .command('history')
    .description('accuracy and effective length of several runs over time, and where they changed')
    .argument('<run...>', 'run folders')
    .option('-o, --out <file>', 'also write the page of it to this file')
    .option('--lang <lang>', 'language of the page: en or zh', 'en')
    .option('--json', 'print as JSON')
    .action(run(actions.history, 1));

  program
    .command('calibrate')
    .description('run the instrument against known answers; fails if a planted profile is not recovered')
    .option(
      '--profile <name>',
      'only these profiles; may be given again',
      (value, before: string[]) => [...before, value],
      [],
    )
    .option('--out <dir>', 'where to write the run', 'reports/calibrate')
    .option('--quiet', 'no progress')
    .option('--json', 'print as JSON')
    .action(run(actions.calibrate, 0));
}
