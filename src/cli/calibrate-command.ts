import { resolve } from 'node:path';
import { parseConfig } from '../config/parse-config.ts';
import { resolveConfig } from '../config/resolve.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { nearest } from '../core/nearest.ts';
import { profiles } from '../reference/profiles.ts';
import { readRun } from '../results/read-run.ts';
import { isRecovered, type Recovery, recoveries } from '../run/known-answers.ts';
import { clearSimulatedRun } from './clear-simulated-run.ts';
import type { CliContext } from './context.ts';
import { listenForInterrupts } from './interrupts.ts';
import { table } from './list-command.ts';
import type { Action } from './program.ts';
import { doRun, exitOf } from './run-command.ts';

/** Lengths on both sides of every place where a profile changes, in tokens. */
const lengths = ['1k', '2k', '4k', '8k', '16k', '32k', '64k', '96k'];
/** Depths on both sides of every blind spot's edge, in percent. */
const depths = [0, 20, 25, 50, 75, 100];
/** Where one profile changes and no other does. */
const ownLengths: Readonly<Record<string, readonly string[]>> = {
  'published-deepseek-v2-cells': ['1k', '35k', '104k'],
  // What they plant is in the calls and not in the grid, and costs time.
  flaky: ['1k', '8k'],
  slow: ['1k', '8k'],
};
const ownDepths: Readonly<Record<string, readonly number[]>> = {
  'published-deepseek-v2-cells': [0, 27, 36, 45, 64, 100],
};

/** `calibrate`: every profile of the known-answer endpoint through the whole pipeline, against what was planted. */
export const calibrateCommand =
  (context: CliContext): Action =>
  async ({ options }) => {
    const out = String(options['out']);
    const names = chosenProfiles(options['profile'] as readonly string[]);
    const file = parseConfig(JSON.stringify(configOf(names, out)), {
      path: 'the calibration',
      dir: context.cwd,
    });
    const resolution = resolveConfig({ file, flags: {}, env: {} });
    await clearSimulatedRun(resolve(context.cwd, out));
    const interrupts = listenForInterrupts(context);
    try {
      const quiet = options['quiet'] === true;
      const { summary, dir } = await doRun(context, resolution, { interrupts, quiet });
      const found = recoveries(await readRun(dir));
      if (options['json'] === true) {
        const rows = found.map((each) => ({ ...each, ok: isRecovered(each) }));
        context.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
      } else {
        context.stdout.write(table(linesOf(found)));
        for (const { profile, differences } of found) {
          for (const line of differences) context.stdout.write(`  ${profile}: ${line}\n`);
        }
      }
      const verdict = found.every(isRecovered) ? exitCodes.done.code : exitCodes.gate.code;
      return exitOf(summary, interrupts, verdict);
    } finally {
      interrupts.release();
    }
  };

function chosenProfiles(given: readonly string[]): readonly string[] {
  const known = Object.keys(profiles);
  for (const name of given) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    throw new NeedlescopeError('unknown_name', `expected a profile of ${known.join(', ')}, got ${name}`, {
      hint: `needlescope calibrate --profile ${close ?? 'perfect'}`,
    });
  }
  return given.length > 0 ? given : known;
}

function configOf(names: readonly string[], output: string): object {
  return {
    version: 1,
    models: names.map((name) => ({
      preset: `known-answer/${name}`,
      contextLengths: ownLengths[name] ?? lengths,
      depths: ownDepths[name] ?? depths,
    })),
    tasks: [{ name: 'niah_single' }],
    trials: 1,
    corpus: 'prose-en',
    seed: 7,
    // A third of the calls to one profile fail by design: its cells must come through all the same.
    execution: { concurrency: 8, maxAttempts: 20 },
    output,
  };
}

function linesOf(found: readonly Recovery[]): string[][] {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    ['', 'profile', 'cells', 'recovered', 'planted', 'measured', 'what was planted'],
    ...found.map((each) => [
      isRecovered(each) ? 'ok' : 'NOT RECOVERED',
      each.profile,
      String(each.cells),
      String(each.recovered),
      percent(each.planted),
      percent(each.measured),
      each.summary,
    ]),
  ];
}
