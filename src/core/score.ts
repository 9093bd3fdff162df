/** Marks on a scored row. They never change the score. */
export const flags = ['refusal', 'cut', 'degenerate', 'hedged', 'needle_in_thoughts'] as const;
export type Flag = (typeof flags)[number];

export interface Score {
  /** 0 to 1. */
  readonly value: number;
  /** An imported graded score before mapping, with its scale; null for our own scorers. */
  readonly raw: number | null;
  readonly scale: readonly [number, number] | null;
  /** What the scorer looked at, cut to 2,000 characters. */
  readonly answer: string;
  /** The scorer's name. */
  readonly scorer: string;
}

/** A pure judge of one answer. */
export interface Scorer {
  readonly summary: string;
  /** Version of the rule; part of nothing but the manifest, since rescoring changes scores without new calls. */
  readonly version: number;
  score(answer: { readonly text: string }, target: readonly string[]): { readonly value: number };
}
