import { resolve } from 'node:path';
import { compareRuns } from '../analysis/compare-runs.ts';
import type { Comparison } from '../analysis/comparison.ts';
import { panelsOf } from '../analysis/panels.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { readRun } from '../results/read-run.ts';
import { writeCiOutputs } from './ci-outputs.ts';
import { comparisonReport } from './ci-report.ts';
import { comparisonLines } from './compare-lines.ts';
import { confirmComparison } from './confirm-comparison.ts';
import type { CliContext } from './context.ts';
import type { Action } from './program.ts';

/** `compare`: a candidate run against a base, on the prompts that both were asked. */
export const compareCommand =
  (context: CliContext): Action =>
  async ({ args, options }) => {
    const tolerance = parseTolerance(String(options['tolerance']));
    const models = modelsOf(options);
    if (options['strict'] === true && options['gate'] !== true) {
      throw new NeedlescopeError('usage', 'expected --gate beside --strict', { hint: '--gate --strict' });
    }
    const [base, candidate] = await Promise.all(
      args.slice(0, 2).map((dir) => readRun(resolve(context.cwd, dir))),
    );
    if (base === undefined || candidate === undefined) throw new RangeError('expected two runs');
    const first = compareRuns(base, candidate, { tolerance, ...(models === null ? {} : { models }) });
    const comparison =
      options['confirm'] === true
        ? await confirmComparison(context, first, { base, candidate, options })
        : first;
    const strict = options['strict'] === true;
    const panels = panelsOf(candidate);
    await writeCiOutputs(context, options, comparisonReport(comparison, { candidate, panels, strict }));
    context.stdout.write(
      options['json'] === true ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonLines(comparison),
    );
    if (options['gate'] !== true) return exitCodes.done.code;
    return exitCodes[gateExit(comparison, strict)].code;
  };

/** What a gate says to a comparison: `gate` only for a proven regression, and for an inconclusive one where `strict`. */
export function gateExit({ verdict }: Comparison, strict: boolean): 'done' | 'gate' | 'incomplete' {
  if (verdict === 'regression' || (strict && verdict === 'inconclusive')) return 'gate';
  return verdict === 'incomplete' ? 'incomplete' : 'done';
}

function parseTolerance(text: string): number {
  const [, number, sign] = /^([0-9]+(?:\.[0-9]+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const value = sign === '%' ? Number(number) / 100 : Number(number);
  if (value >= 0 && value < 1) return value;
  throw new NeedlescopeError('usage', `--tolerance: expected a share from 0 to under 1, got ${text}`, {
    hint: 'two points are --tolerance 0.02 or --tolerance 2%',
  });
}

function modelsOf(
  options: Readonly<Record<string, unknown>>,
): { readonly base: string; readonly candidate: string } | null {
  const base = options['baseModel'];
  const candidate = options['candidateModel'];
  if (base === undefined && candidate === undefined) return null;
  if (typeof base === 'string' && typeof candidate === 'string') return { base, candidate };
  throw new NeedlescopeError('usage', 'expected both --base-model and --candidate-model, got one of them', {
    hint: 'add the other; for one model in both runs neither is needed',
  });
}
