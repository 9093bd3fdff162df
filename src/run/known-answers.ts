import type { Result } from '../core/result.ts';
import { plantedOutcome, profileOfModel } from '../reference/profiles.ts';
import type { RunData } from '../results/run-data.ts';

/** How well one planted profile came back through the whole pipeline. */
export interface Recovery {
  /** The profile's name, without `known-answer/`. */
  readonly profile: string;
  readonly summary: string;
  readonly cells: number;
  /** Cells that came to what was planted. */
  readonly recovered: number;
  /** The share of cells planted to be found, and the share that was, 0 to 1. */
  readonly planted: number;
  readonly measured: number;
  /** The first few cells that came to something else, in words. */
  readonly differences: readonly string[];
}

const shownDifferences = 5;

/** Every profile of a run on the known-answer endpoint against its planted truth, cell by cell; cells without a row count as not recovered. */
export function recoveries({ manifest, results }: RunData): Recovery[] {
  return manifest.models.map(({ name, model, maxTokens }) => {
    const profile = (model ?? name).replace(/^known-answer\//, '');
    const rows = results.filter(({ cell }) => cell.model === name);
    const cells = manifest.grids
      .filter((grid) => grid.model === name)
      .reduce((sum, grid) => sum + grid.contextLengths.length * grid.depths.length * grid.trials, 0);
    const compared = rows.map((row) => {
      const planted = plantedOutcome(profile, {
        contextLength: row.sample.promptTokens + (maxTokens ?? 0),
        depth: row.sample.needles[0]?.depth ?? row.cell.depth,
      });
      return { row, planted, measured: measuredOutcome(row) };
    });
    const wrong = compared.filter(({ planted, measured }) => planted !== measured);
    const missing = cells - rows.length;
    const share = (count: number): number => (cells === 0 ? 0 : count / cells);
    return {
      profile,
      summary: profileOfModel(`known-answer/${profile}`)?.summary ?? '',
      cells,
      recovered: rows.length - wrong.length,
      planted: share(compared.filter(({ planted }) => planted === 'found').length),
      measured: share(compared.filter(({ measured }) => measured === 'found').length),
      differences: [
        ...wrong
          .slice(0, shownDifferences)
          .map(
            ({ row: { cell }, planted, measured }) =>
              `${cell.contextLength} tokens at ${Math.round(cell.depth * 100)} %: planted ${planted}, got ${measured}`,
          ),
        ...(missing > 0 ? [`${missing} cells have no row`] : []),
      ],
    };
  });
}

/** Whether all of it came back; nothing measured is no recovery. */
export function isRecovered({ cells, recovered }: Recovery): boolean {
  return cells > 0 && recovered === cells;
}

/** What a row says of the model, in the words of the planted truth. */
function measuredOutcome({ outcome, reason, score }: Result): string {
  if (outcome !== 'scored') return reason ?? outcome;
  return score?.value === 1 ? 'found' : 'missed';
}
