import type { RunSummary } from '../run/job.ts';
import { duration, money, share, tokens } from './figures.ts';
import { sumText } from './plan-lines.ts';

/** How a run ended, then what its calls came to beside their estimate. */
export function summaryLines(summary: RunSummary): string[] {
  return [
    outcomeLine(summary),
    ...(summary.actual.requests > 0 ? [estimateAgainstActual(summary)] : []),
    ...(summary.estimate.costs.length > 0 && summary.actual.withoutUsage > 0
      ? [`${summary.actual.withoutUsage} answers came without usage: what they cost is not known`]
      : []),
    ...(summary.actual.maybeBilled > 0 ? [maybeBilledLine(summary)] : []),
  ];
}

function outcomeLine(summary: RunSummary): string {
  const { planned, skipped, scored, unscored, failed, missing, ended } = summary;
  const parts = [
    `${planned} cells: ${scored} scored`,
    ...(unscored > 0 ? [`${unscored} not scored`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(missing > 0 ? [`${missing} not asked`] : []),
  ];
  const spent = [
    `${tokens(summary.promptTokens)} prompt tokens`,
    ...(summary.costUsd === null ? [] : [money(summary.costUsd)]),
    duration(summary.elapsedMs),
  ];
  const before = skipped > 0 ? ` (${skipped} from before)` : '';
  const first = ended === 'budget' ? 'raise the budget and ' : '';
  const again = failed + missing > 0 ? `; ${first}run the same command again to resume` : '';
  return `${parts.join(', ')}${before} · ${spent.join(' · ')}${again}`;
}

function estimateAgainstActual({ estimate, actual }: RunSummary): string {
  const likely = sumText(estimate.costs.map(({ likely: amount, currency }) => ({ amount, currency })));
  const most = sumText(estimate.costs);
  const figures = [
    `${tokens(actual.promptTokens)} of ${tokens(estimate.promptTokens)} prompt tokens`,
    ...(estimate.costs.length === 0
      ? []
      : [
          `${sumText(actual.costs) || money(0)} of ${likely === most ? '' : `likely ${likely}, `}at most ${most}`,
        ]),
    ...(estimate.ms === null ? [] : [`${duration(actual.ms)} of about ${duration(estimate.ms)}`]),
    ...(actual.cachedTokens === null
      ? []
      : [
          `${share(actual.cachedTokens, actual.promptTokens)} cached${
            estimate.cachedTokens > 0
              ? ` (${share(estimate.cachedTokens, estimate.promptTokens)} was likely)`
              : ''
          }`,
        ]),
  ];
  return `against the estimate: ${figures.join(' · ')}`;
}

function maybeBilledLine({ actual: { maybeBilled, failedAttempts } }: RunSummary): string {
  const attempts = `${failedAttempts} attempt${failedAttempts === 1 ? '' : 's'} failed`;
  return `${attempts}; ${maybeBilled} of them may be on the bill, with no usage to tell how much, and in no figure here`;
}
