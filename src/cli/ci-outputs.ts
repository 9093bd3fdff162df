import { appendFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { NeedlescopeError } from '../core/errors.ts';
import { renderBadgeSvg, renderShieldsJson } from '../interop/badge.ts';
import { renderBenchmarkJson } from '../interop/benchmark-json.ts';
import type { CiReport } from '../interop/ci-report.ts';
import { renderAnnotations, renderJobSummary, summaryBytes } from '../interop/github.ts';
import { renderGitLabMetrics } from '../interop/gitlab-metrics.ts';
import { renderJUnit } from '../interop/junit.ts';
import { errnoOf, outputUnusable } from '../results/file-errors.ts';
import type { CliContext } from './context.ts';
import { writeOutput } from './write-output.ts';

/** The forms that are files, by their option. */
const fileForms: Readonly<Record<string, (report: CiReport) => string>> = {
  junit: renderJUnit,
  gitlabMetrics: renderGitLabMetrics,
  benchmark: renderBenchmarkJson,
};

/** Writes every form that `options` ask for. Throws `output_unusable`, and `usage` for a badge of another kind. */
export async function writeCiOutputs(
  context: CliContext,
  options: Readonly<Record<string, unknown>>,
  report: CiReport,
): Promise<void> {
  const badge = options['badge'];
  if (typeof badge === 'string' && !/\.(svg|json)$/.test(badge)) {
    throw new NeedlescopeError('usage', `--badge: expected a file that ends in .svg or .json, got ${badge}`, {
      hint: '--badge badge.svg',
    });
  }
  for (const [name, render] of Object.entries(fileForms)) {
    const path = options[name];
    if (typeof path === 'string') await writeOutput(resolve(context.cwd, path), render(report));
  }
  if (typeof badge === 'string') {
    const render = badge.endsWith('.svg') ? renderBadgeSvg : renderShieldsJson;
    await writeOutput(resolve(context.cwd, badge), render(report));
  }
  if (options['github'] !== true) return;
  for (const line of renderAnnotations(report)) context.stderr.write(`${line}\n`);
  const summary = context.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') await appendSummary(resolve(context.cwd, summary), report);
}

/** Other commands of the step may have written there: all of them share the room. */
async function appendSummary(path: string, report: CiReport): Promise<void> {
  try {
    const taken = await stat(path).then(
      ({ size }) => size,
      (error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return 0;
        throw error;
      },
    );
    await appendFile(path, renderJobSummary(report, summaryBytes - taken));
  } catch (error) {
    throw outputUnusable(path, error);
  }
}
