import { basename, resolve } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { readManifest, readRun } from '../results/read-run.ts';
import { writeRun } from '../results/write-run.ts';
import { gapLine } from '../run/merge-gaps.ts';
import { mergeRuns } from '../run/merge-runs.ts';
import type { CliContext } from './context.ts';
import { plainText } from './plain-text.ts';
import type { Action } from './program.ts';

/** `merge`: shards into one run folder. What is there is written whatever is missing; the exit code tells. */
export const mergeCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const out = String(options['out']);
    const dir = resolve(context.cwd, out);
    const parts = await Promise.all(
      args.map(async (path) => ({ ...(await readRun(resolve(context.cwd, path))), dir: path })),
    );
    await checkTarget(dir, { args, context });
    const merged = mergeRuns(parts, { name: basename(dir), output: out });
    await writeRun(dir, merged);
    for (const warning of merged.warnings) context.stderr.write(`warning: ${plainText(warning)}\n`);
    for (const gap of merged.gaps) context.stderr.write(`incomplete: ${plainText(gapLine(gap))}\n`);
    const { planned, gaps, results } = merged;
    if (options['json'] === true) {
      const summary = { dir: out, runs: parts.length, planned, rows: results.length, gaps };
      context.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    } else {
      context.stdout.write(`${out}: ${results.length} of ${planned} cells from ${parts.length} runs\n`);
    }
    return gaps.length === 0 ? exitCodes.done.code : exitCodes.incomplete.code;
  };

/** Throws where the merged run would take the place of one that was asked. */
async function checkTarget(
  dir: string,
  { args, context }: { readonly args: readonly string[]; readonly context: CliContext },
): Promise<void> {
  const before = await readManifest(dir);
  const isPart = args.some((path) => resolve(context.cwd, path) === dir);
  if (!isPart && (before === null || before.merged !== undefined)) return;
  throw new NeedlescopeError(
    'output_unusable',
    `${dir} holds ${isPart ? 'one of the runs to merge' : 'a run that `merge` did not write'}`,
    { hint: 'name another folder with -o: needlescope merge reports/shard-* -o reports/merged' },
  );
}
