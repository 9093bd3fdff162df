import { resolve } from 'node:path';
import { exitCodes } from '../core/exit-codes.ts';
import { readRun } from '../results/read-run.ts';
import { openRunFolder } from '../results/writer.ts';
import { type RescoredRow, rescoreRun } from '../run/rescore.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';

/** `rescore`: today's scorers on the stored answers. Rows that change are appended, so that the old ones stay to be read. */
export const rescoreCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const dir = resolve(context.cwd, args[0] as string);
    const run = await readRun(dir);
    const changed = rescoreRun(run);
    const written = options['dryRun'] !== true;
    if (written && changed.length > 0) {
      const folder = await openRunFolder(dir);
      try {
        for (const { after } of changed) await folder.append(after);
      } finally {
        await folder.close();
      }
    }
    if (options['json'] === true) {
      const rows = changed.map(({ before, after }) => ({
        key: after.key,
        cell: after.cell,
        before: verdictOf(before),
        after: verdictOf(after),
      }));
      context.stdout.write(
        `${JSON.stringify({ rows: run.results.length, written, changed: rows }, null, 2)}\n`,
      );
    } else {
      const up = changed.filter(({ before, after }) => scoreOf(after) > scoreOf(before)).length;
      const down = changed.filter(({ before, after }) => scoreOf(after) < scoreOf(before)).length;
      context.stdout.write(
        `${run.results.length} rows scored again, ${changed.length} changed (${up} up, ${down} down)${written ? '' : '; nothing written'}\n`,
      );
    }
    return exitCodes.done.code;
  };

function verdictOf({ outcome, reason, flags, score }: RescoredRow['before']): object {
  return { outcome, reason, flags, score: score?.value ?? null };
}

function scoreOf(row: RescoredRow['before']): number {
  return row.score?.value ?? 0;
}
