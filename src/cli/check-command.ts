import { resolve } from 'node:path';
import { evaluateThresholds, type ThresholdEvaluation } from '../analysis/evaluate-thresholds.ts';
import { panelsOf } from '../analysis/panels.ts';
import { parseThreshold } from '../analysis/threshold.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { readRun } from '../results/read-run.ts';
import { writeCiOutputs } from './ci-outputs.ts';
import { checkReport } from './ci-report.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';

/** `check`: holds a finished run against thresholds, those of its config or those given as flags. */
export const checkCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const flags = options['threshold'] as readonly string[];
    const given = flags.map(parseThreshold);
    const run = await readRun(resolve(context.cwd, args[0] as string));
    const stored = run.manifest.config['thresholds'];
    const rules =
      given.length > 0
        ? given
        : (Array.isArray(stored) ? stored : []).map((rule) => parseThreshold(String(rule)));
    if (rules.length === 0) {
      throw new NeedlescopeError('usage', 'expected at least one threshold, got none', {
        hint: 'thresholds: ["accuracy >= 0.95"] in the config, or --threshold "accuracy >= 0.95"',
      });
    }
    const panels = panelsOf(run);
    const evaluation = evaluateThresholds(rules, panels);
    await writeCiOutputs(context, options, checkReport(run, { panels, evaluation }));
    if (options['json'] === true) context.stdout.write(`${JSON.stringify(evaluation.results, null, 2)}\n`);
    else context.stdout.write(thresholdLines(evaluation));
    return exitCodes[evaluation.exit].code;
  };

/** One line a threshold and panel, as text. */
export function thresholdLines({ results }: ThresholdEvaluation): string {
  const words = { met: 'met', not_met: 'NOT MET', incomplete: 'incomplete' } as const;
  return results.map((result) => `${words[result.verdict].padEnd(10)} ${result.message}\n`).join('');
}
