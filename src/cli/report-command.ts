import { relative, resolve } from 'node:path';
import { panelsOf, unplacedRows } from '../analysis/panels.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { type Language, languages } from '../core/language.ts';
import { nearest } from '../core/nearest.ts';
import { type ScoreScale, type StyleName, scoreScales, styleNames } from '../report/styles.ts';
import { renderTerminal } from '../report/terminal.ts';
import { writeIndex } from '../report/write-index.ts';
import { type ReportFormatName, reportFormats, writeReport } from '../report/write-report.ts';
import { readRun } from '../results/read-run.ts';
import type { RunData } from '../results/run-data.ts';
import { type CliContext, colourDepth, drawingWidth } from './context.ts';
import type { Action } from './program.ts';
import { version } from './version.ts';

const formatNames = [...(Object.keys(reportFormats) as ReportFormatName[]), 'terminal'] as const;
type FormatName = (typeof formatNames)[number];

/** `report`: one or several run folders into one report. Paths go to stderr, a terminal heatmap to stdout. */
export const reportCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const formats = readFormats(String(options['format']));
    const lang = readLanguage(String(options['lang']));
    const dirs = args.map((dir) => resolve(context.cwd, dir));
    const runs = withDistinctNames(await Promise.all(dirs.map(readRun)), args);
    const panels = runs.flatMap(panelsOf);
    for (const run of runs) {
      const strays = unplacedRows(run);
      if (strays > 0) {
        context.stderr.write(
          `warning: ${run.dir}: ${strays} rows lie outside the run's grid and are not shown\n`,
        );
      }
    }
    const files = formats.filter((format): format is ReportFormatName => format !== 'terminal');
    if (files.length > 0) {
      const out = options['out'];
      const beside = resolve(dirs[0] as string, files.length === 1 ? `report.${files[0]}` : 'report');
      const input = {
        runs,
        panels,
        generatedAt: new Date(context.now()).toISOString(),
        toolVersion: version,
      };
      const paths = await writeReport({
        ...input,
        formats: files,
        out: typeof out === 'string' ? resolve(context.cwd, out) : beside,
        lang,
        fonts: (options['font'] as readonly string[]).map((font) => resolve(context.cwd, font)),
        ...readLook(options),
        ...(typeof options['assets'] === 'string' ? { assets: resolve(context.cwd, options['assets']) } : {}),
      });
      const report = paths[files.indexOf('html')];
      const index = report === undefined ? null : await writeIndex({ ...input, report, lang });
      if (index !== null) paths.push(index);
      for (const path of paths) context.stderr.write(`${relative(context.cwd, path) || path}\n`);
    }
    if (formats.includes('terminal')) {
      const color = colourDepth(context.stdout, context.env);
      context.stdout.write(
        `${renderTerminal(panels, { color, width: drawingWidth(context.stdout, context.env) })}\n`,
      );
    }
    return exitCodes.done.code;
  };

/** Runs of one folder name are told apart by their paths as given: rows are found by run and key. */
function withDistinctNames(runs: readonly RunData[], paths: readonly string[]): readonly RunData[] {
  const names = runs.map(({ manifest }) => manifest.run);
  return runs.map((run, index) => {
    const name = run.manifest.run;
    if (names.indexOf(name) === names.lastIndexOf(name)) return run;
    return { ...run, manifest: { ...run.manifest, run: paths[index] ?? name } };
  });
}

function readFormats(text: string): FormatName[] {
  return text.split(',').map((part) => {
    const found = formatNames.find((name) => name === part.trim());
    if (found !== undefined) return found;
    const close = nearest(part.trim(), formatNames);
    throw new NeedlescopeError('usage', `expected a format of ${formatNames.join(', ')}, got ${part}`, {
      hint: `--format ${close ?? 'html,md'}`,
    });
  });
}

function readLook(options: Readonly<Record<string, unknown>>): { style: StyleName; scale?: ScoreScale } {
  const style = oneOf(String(options['style'] ?? 'article'), styleNames, '--style');
  const scale = options['scale'];
  return typeof scale === 'string' ? { style, scale: oneOf(scale, scoreScales, '--scale') } : { style };
}

function oneOf<Name extends string>(text: string, names: readonly Name[], flag: string): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new NeedlescopeError('usage', `expected ${flag} to be one of ${names.join(', ')}, got ${text}`, {
    hint: `${flag} ${nearest(text, names) ?? names[0] ?? ''}`,
  });
}

function readLanguage(text: string): Language | 'auto' {
  const found = languages.find((name) => name === text);
  if (found !== undefined) return found;
  if (text === 'auto') return 'auto';
  throw new NeedlescopeError('usage', `expected en, zh or auto, got ${text}`, { hint: '--lang zh' });
}
