/** Rows that two runs have for one prompt. */
export interface RowPair<Row> {
  readonly base: Row;
  readonly candidate: Row;
}

/**
 * Pairs the rows of two runs that were asked the same prompt (equal `promptKey`), in the order of `base`; rows without a
 * partner are left out.
 */
export function pairRows<Row extends { readonly promptKey: string }>(
  base: readonly Row[],
  candidate: readonly Row[],
): RowPair<Row>[] {
  const byPrompt = new Map(candidate.map((row) => [row.promptKey, row]));
  return base.flatMap((row) => {
    const partner = byPrompt.get(row.promptKey);
    return partner === undefined ? [] : [{ base: row, candidate: partner }];
  });
}
