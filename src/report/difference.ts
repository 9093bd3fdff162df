import { pairRows } from '../analysis/pair-rows.ts';
import type { Panel } from '../analysis/panel.ts';
import type { ReportRow } from './report-row.ts';
import type { ReportView } from './report-view.ts';

/** Two panels that were asked the same prompts, place by place. Indices are `[depth][length]`. */
export interface DifferenceFigure {
  /** Indices of the panels. */
  readonly base: number;
  readonly candidate: number;
  readonly lengths: readonly number[];
  readonly depths: readonly number[];
  /** Mean of candidate − base over the pairs that both scored, from −1 to 1; null where there is none. */
  readonly z: readonly (readonly (number | null)[])[];
  /** Pairs over all places, by what became of them; `lost`: scored before, without a score now; `gained` the other way. */
  readonly counts: {
    readonly pairs: number;
    readonly better: number;
    readonly worse: number;
    readonly same: number;
    readonly lost: number;
    readonly gained: number;
  };
}

/** All pairs up to this many panels of a task; beyond, each against the first. */
const mostPanels = 12;

/**
 * The differences that may be drawn: panels of the same task, needle, scorer and corpus with prompts in common, measured with
 * measured and simulated with simulated. Imports are left out: their prompts are not known.
 */
export function differencesOf(view: ReportView): DifferenceFigure[] {
  const rows = new Map<number, ReportRow[]>();
  for (const row of view.rows) {
    const list = rows.get(row.panel);
    if (list === undefined) rows.set(row.panel, [row]);
    else list.push(row);
  }
  const many = view.panels.length > mostPanels;
  const found: DifferenceFigure[] = [];
  view.panels.forEach((base, i) => {
    const firstOfTask = view.panels.findIndex((panel) => comparable(view, panel, base)) === i;
    if (many && !firstOfTask) return;
    view.panels.forEach((candidate, j) => {
      if (j <= i || !comparable(view, base, candidate)) return;
      const figure = difference(rows.get(i) ?? [], rows.get(j) ?? []);
      if (figure !== null) found.push({ base: i, candidate: j, ...figure });
    });
  });
  return found;
}

function comparable(view: ReportView, base: Panel, candidate: Panel): boolean {
  const corpus = ({ run }: Panel): string | null =>
    view.runs.find((each) => each.run === run)?.corpus?.sha256 ?? null;
  const [a, b] = [base.task, candidate.task];
  return (
    base.imported === null &&
    candidate.imported === null &&
    base.model.simulated === candidate.model.simulated &&
    a.id === b.id &&
    a.name === b.name &&
    a.version === b.version &&
    a.scorer === b.scorer &&
    a.needle === b.needle &&
    corpus(base) !== null &&
    corpus(base) === corpus(candidate)
  );
}

const ascending = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

function difference(
  base: readonly ReportRow[],
  candidate: readonly ReportRow[],
): Omit<DifferenceFigure, 'base' | 'candidate'> | null {
  const pairs = pairRows(base, candidate);
  if (pairs.length === 0) return null;
  const lengths = ascending(pairs.map((pair) => pair.base.cell.contextLength));
  const depths = ascending(pairs.map((pair) => pair.base.cell.depth));
  const counts = { pairs: pairs.length, better: 0, worse: 0, same: 0, lost: 0, gained: 0 };
  const places = new Map<string, number[]>();
  for (const { base: before, candidate: after } of pairs) {
    if (before.score === null || after.score === null) {
      if (before.score !== null) counts.lost += 1;
      else if (after.score !== null) counts.gained += 1;
      else counts.same += 1;
      continue;
    }
    const change = after.score - before.score;
    counts[change > 0 ? 'better' : change < 0 ? 'worse' : 'same'] += 1;
    const place = `${before.cell.depth} ${before.cell.contextLength}`;
    const changes = places.get(place);
    if (changes === undefined) places.set(place, [change]);
    else changes.push(change);
  }
  const z = depths.map((depth) =>
    lengths.map((length) => {
      const changes = places.get(`${depth} ${length}`);
      if (changes === undefined) return null;
      return Number((changes.reduce((sum, change) => sum + change, 0) / changes.length).toFixed(4));
    }),
  );
  return { lengths, depths, z, counts };
}
