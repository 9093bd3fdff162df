import { access } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { panelsOf } from '../analysis/panels.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { languages } from '../core/language.ts';
import { formatLength } from '../core/length.ts';
import { type HistoryInput, type HistoryLine, historyOf } from '../report/history.ts';
import { renderHistory } from '../report/render-history.ts';
import { readRun } from '../results/read-run.ts';
import type { CliContext } from './context.ts';
import { table } from './list-command.ts';
import { plainText } from './plain-text.ts';
import type { Action } from './program.ts';
import { version } from './version.ts';
import { writeOutput } from './write-output.ts';

/** `history`: several runs over time, as a table on stdout and as a page. */
export const historyCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const lang = languages.find((name) => name === options['lang']);
    if (lang === undefined) {
      throw new NeedlescopeError('usage', `--lang: expected en or zh, got ${String(options['lang'])}`, {
        hint: '--lang zh',
      });
    }
    const out = typeof options['out'] === 'string' ? resolve(context.cwd, options['out']) : null;
    const inputs = await Promise.all(
      args.map(async (path): Promise<HistoryInput> => {
        const dir = resolve(context.cwd, path);
        const run = await readRun(dir);
        return { run, panels: panelsOf(run), link: await reportOf(dir, out) };
      }),
    );
    const lines = historyOf(inputs);
    if (out !== null) {
      const generatedAt = new Date(context.now()).toISOString();
      await writeOutput(out, renderHistory(lines, { lang, generatedAt, toolVersion: version }));
      context.stderr.write(`${relative(context.cwd, out) || out}\n`);
    }
    if (options['json'] === true) context.stdout.write(`${JSON.stringify(lines, null, 2)}\n`);
    else context.stdout.write(lines.map(lineText).join('\n'));
    return exitCodes.done.code;
  };

/** The way from the page to a run's report, as a browser follows it; null where either is not there. */
async function reportOf(dir: string, out: string | null): Promise<string | null> {
  if (out === null) return null;
  const report = join(dir, 'report.html');
  const there = await access(report).then(
    () => true,
    () => false,
  );
  if (!there) return null;
  return relative(dirname(out), report).split(/[\\/]/).map(encodeURIComponent).join('/');
}

function lineText({ model, task, simulated, points, changes }: HistoryLine): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const rows = points.map(({ startedAt, run, accuracy, shown, notDisproved, bar, regridded }, index) => {
    const change = changes.find((each) => each.index === index);
    const notes = [
      ...(change === undefined
        ? []
        : [`changed: ${percent(change.before)} to ${percent(change.after)}, p = ${change.p.toPrecision(2)}`]),
      ...(regridded ? ['another grid'] : []),
    ];
    return [
      `  ${startedAt.slice(0, 16).replace('T', ' ')}`,
      plainText(run),
      accuracy === null ? 'not scored' : `${percent(accuracy.mean)} (n = ${accuracy.n})`,
      bar === null
        ? 'no effective length'
        : `shown ${shown === null ? 'none' : formatLength(shown)}, not disproved ${notDisproved === null ? 'none' : formatLength(notDisproved)}`,
      notes.join('; '),
    ];
  });
  return `${plainText(`${simulated ? 'SIMULATED · ' : ''}${model} on ${task}`)}\n${table(rows)}`;
}
