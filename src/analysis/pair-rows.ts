import type { Result } from '../core/result.ts';

/** What pairing reads of a row. */
type PairedRow = Pick<Result, 'promptKey' | 'cell'>;

/** Two rows that were asked the very same prompt. */
export interface RowPair<Row extends PairedRow = Result> {
  readonly promptKey: string;
  readonly base: Row;
  readonly candidate: Row;
}

/**
 * Rows of two runs, or of two models, paired by `promptKey`, in the order of `base`; each row is in one pair at most. Where a
 * prompt was asked more than once on a side (several models, or two tasks with one prompt), the row of the same task and
 * model is taken, then one of the same task, then the first that is left. Rows without a partner are in no pair.
 */
export function pairRows<Row extends PairedRow>(
  base: readonly Row[],
  candidate: readonly Row[],
): RowPair<Row>[] {
  const open = new Map<string, Row[]>();
  for (const row of candidate) {
    const rows = open.get(row.promptKey);
    if (rows === undefined) open.set(row.promptKey, [row]);
    else rows.push(row);
  }
  const pairs: RowPair<Row>[] = [];
  for (const row of base) {
    const rows = open.get(row.promptKey);
    const index = rows === undefined ? -1 : nearest(row, rows);
    const [found] = rows === undefined || index < 0 ? [] : rows.splice(index, 1);
    if (found !== undefined) pairs.push({ promptKey: row.promptKey, base: row, candidate: found });
  }
  return pairs;
}

/** The place in `rows` of the best partner for `row`; -1 where none is left. */
function nearest({ cell }: PairedRow, rows: readonly PairedRow[]): number {
  if (rows.length < 2) return rows.length - 1;
  const sameTask = (row: PairedRow): boolean => row.cell.task === cell.task;
  const same = rows.findIndex((row) => sameTask(row) && row.cell.model === cell.model);
  return same >= 0 ? same : Math.max(0, rows.findIndex(sameTask));
}
