import type { Comparison, ComparisonVerdict, ConfirmedStratum, Stratum } from '../analysis/comparison.ts';
import { formatLength } from '../core/length.ts';
import { plainText } from './plain-text.ts';

const words: Readonly<Record<ComparisonVerdict, string>> = {
  regression: 'REGRESSION',
  incomplete: 'incomplete',
  inconclusive: 'inconclusive',
  improved: 'improved',
  same: 'same',
};

/** A comparison as text: a line a stratum, what was asked again, and the verdict in a sentence. */
export function comparisonLines(comparison: Comparison): string {
  const { base, candidate, pairs, strata, confirmation } = comparison;
  const alone = base.unpaired + candidate.unpaired;
  const lines = [
    `${plainText(`${candidate.run} against ${base.run}`)}: ${pairs} pairs of the same prompts${
      alone === 0 ? '' : `; without a partner: ${base.unpaired} and ${candidate.unpaired} rows`
    }`,
    ...strata.map(stratumLine),
    ...(confirmation ?? []).map(confirmationLine),
    verdictLine(comparison),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** One stratum in a sentence: verdict, means, difference with its bounds, pairs, and what would settle it. */
export function stratumLine(stratum: Stratum): string {
  const { verdict, pairs, planned, losses, gains, base, candidate, difference } = stratum;
  const head = `${words[verdict].padEnd(12)} ${plainText(stratumName(stratum))}`;
  if (difference === null || base === null || candidate === null) {
    return `${head}: no pairs of ${planned} cells${leftOut(stratum)}`;
  }
  const change = `${percent(base)} → ${percent(candidate)}, ${points(difference.mean)} points [${points(difference.lower)}, ${points(difference.upper)}]`;
  const counts = `${losses} lost, ${gains} won of ${pairs} pairs${leftOut(stratum)}`;
  return `${head}: ${change}; ${counts}; ${adviceOf(stratum)}`;
}

function adviceOf({ verdict, pAdjusted, minimumDetectable, moreTrials }: Stratum): string {
  const p = `p ${pAdjusted < 0.0001 ? '< 0.0001' : `= ${Number(pAdjusted.toPrecision(2))}`}`;
  if (verdict !== 'inconclusive' || minimumDetectable === null) return p;
  const found = `finds drops from ${(100 * minimumDetectable).toFixed(1)} points on`;
  const more = moreTrials === 1 ? '1 more trial' : `${moreTrials} more trials`;
  return `${p}; ${found}${moreTrials === null ? '' : `; ${more} a cell would settle it`}`;
}

function leftOut({ leftOut: { failed, missing, unscored } }: Stratum): string {
  const parts = [
    failed === 0 ? null : `${failed} failed`,
    missing === 0 ? null : `${missing} missing`,
    unscored === 0 ? null : `${unscored} unscored on both sides`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : ` (left out: ${parts.join(', ')})`;
}

function stratumName({ baseModel, candidateModel, task, contextLength }: Stratum): string {
  const models = baseModel === candidateModel ? baseModel : `${candidateModel} against ${baseModel}`;
  return `${models} on ${task} at ${contextLength === null ? 'all lengths' : formatLength(contextLength)}`;
}

function confirmationLine({ id, asked, failed, difference, upper, confirmed }: ConfirmedStratum): string {
  const place = plainText(id.split('/').map(decodeURIComponent).slice(1).join(', '));
  const found =
    difference === null || upper === null
      ? `no fresh trial was answered (${failed} failed)`
      : `${points(difference)} points, at most ${points(upper)} (99 %), on ${asked} fresh trials`;
  return `${confirmed ? 'confirmed' : 'not confirmed'}: ${place}: ${found}`;
}

function verdictLine({ verdict, tolerance, strata, confirmation }: Comparison): string {
  const within = tolerance === 0 ? '' : ` beyond ${percent(tolerance)}`;
  switch (verdict) {
    case 'regression': {
      const worse = strata.filter((stratum) => stratum.verdict === 'regression').length;
      return `REGRESSION: worse${within} in ${worse} of ${strata.length} strata (a false alarm in any of them: 5 % at most)`;
    }
    case 'incomplete':
      return 'incomplete: too few pairs could be compared; run again to resume';
    case 'improved':
      return `improved${within}`;
    case 'same':
      return `same: within ${percent(tolerance)} everywhere`;
    case 'inconclusive':
      if (confirmation !== null) return 'inconclusive: what seemed worse did not show again';
      return tolerance === 0
        ? 'inconclusive: no regression is proven; --tolerance 0.05 says from where on a difference matters, so that `same` can be shown'
        : 'inconclusive: neither a regression nor sameness is proven';
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  const text = (100 * share).toFixed(1);
  return share > 0 ? `+${text}` : text.replace('-', '−');
}
