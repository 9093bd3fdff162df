import { markedTexts } from './sentence-gold.ts';

/** A text of the gold set, without its marks, and the places where they stood. */
export interface GoldText {
  readonly group: string;
  readonly text: string;
  readonly cuts: readonly number[];
}

export const goldTexts: readonly GoldText[] = Object.entries(markedTexts).flatMap(([group, texts]) =>
  texts.map((text) => {
    const sentences = text.split('¦');
    let at = 0;
    const cuts = sentences.slice(0, -1).map((sentence) => {
      at += sentence.length;
      return at;
    });
    return { group, text: sentences.join(''), cuts };
  }),
);

/** A cutter held against the gold set: cuts it was right about, cuts that are wrong, cuts it missed. */
export interface GoldScore {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  /** Texts cut exactly as marked. */
  readonly exact: number;
}

/** Scores a cutter on some texts; the start and the end of a text count for nothing. */
export function scoreOnGold(
  cutsOf: (text: string) => Iterable<number>,
  texts: readonly GoldText[] = goldTexts,
): GoldScore {
  let right = 0;
  let wrong = 0;
  let missed = 0;
  let exact = 0;
  for (const { text, cuts } of texts) {
    const found = new Set([...cutsOf(text)].filter((cut) => cut > 0 && cut < text.length));
    const hits = cuts.filter((cut) => found.has(cut)).length;
    right += hits;
    wrong += found.size - hits;
    missed += cuts.length - hits;
    if (hits === cuts.length && found.size === hits) exact += 1;
  }
  return { right, wrong, missed, exact };
}

/** The share of the cuts made that are right. */
export function precision({ right, wrong }: GoldScore): number {
  return right / Math.max(1, right + wrong);
}

/** The share of the cuts wanted that were made. */
export function recall({ right, missed }: GoldScore): number {
  return right / Math.max(1, right + missed);
}

/** The harmonic mean of both. */
export function f1(score: GoldScore): number {
  return (2 * score.right) / Math.max(1, 2 * score.right + score.wrong + score.missed);
}
