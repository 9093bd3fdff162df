/** Why a panel has no effective length, in plain words. */
export const noEffectiveReasons = {
  imported: 'imported: one answer a cell',
  fewLengths: 'fewer than 3 short lengths',
  fewCells: 'fewer than 30 short cells',
  lowBase: 'base under 50 %',
} as const;
export type NoEffectiveReason = (typeof noEffectiveReasons)[keyof typeof noEffectiveReasons];
