import { cutNearest, type PreparedCorpus } from './prepare.ts';
import type { SeamCounter } from './seam-count.ts';

/** A text to hide and where: 0 before the first sentence, 1 after the last. */
export interface Needle {
  readonly text: string;
  readonly depth: number;
}

/**
 * Depths for several needles from a cell's depth on: the first at `first`, the others at equal steps towards the end, which none
 * reaches. Kamradt's rule for several needles.
 */
export function spreadDepths(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + (i * (1 - first)) / count);
}

/** Which needles go where: before the first sentence, at sentence starts, after the last sentence. */
interface Chosen {
  readonly atStart: readonly Needle[];
  readonly inside: readonly { readonly cut: number; readonly needles: readonly Needle[] }[];
  readonly atEnd: readonly Needle[];
}

/** Where the haystack would end before its seams are known. */
export function endNear(prepared: PreparedCorpus, start: number, room: number): number {
  const end = cutNearest(prepared, (prepared.cum[start] as number) + room);
  return Math.max(start + 1, Math.min(prepared.cuts.length - 1, end));
}

/** The sentence start nearest to each depth. 0 and 1 have places of their own: before the first and after the last sentence. */
export function chooseCuts(
  prepared: PreparedCorpus,
  start: number,
  {
    needles,
    room,
    lastCut,
  }: { readonly needles: readonly Needle[]; readonly room: number; readonly lastCut: number },
): Chosen {
  const origin = prepared.cum[start] as number;
  const atStart: Needle[] = [];
  const atEnd: Needle[] = [];
  const inside: { cut: number; needles: Needle[] }[] = [];
  for (const needle of needles) {
    const cut = Math.max(start + 1, Math.min(lastCut, cutNearest(prepared, origin + needle.depth * room)));
    const last = inside[inside.length - 1];
    const nowhere = cut > lastCut;
    if (needle.depth <= 0 || (nowhere && needle.depth < 0.5)) atStart.push(needle);
    else if (needle.depth >= 1 || nowhere) atEnd.push(needle);
    else if (last?.cut === cut) last.needles.push(needle);
    else inside.push({ cut, needles: [needle] });
  }
  return { atStart, inside, atEnd };
}

/** Tokens of haystack before each needle that lies between sentences. */
export async function haystackBefore(
  seams: SeamCounter,
  place: {
    readonly start: number;
    readonly startChar: number;
    readonly cuts: Uint32Array;
    readonly inside: Chosen['inside'];
  },
): Promise<number[]> {
  const origin = await seams.corpusTokens(place.startChar, place.start);
  const tokens: number[] = [];
  for (const { cut, needles } of place.inside) {
    const before = (await seams.corpusTokens(place.cuts[cut] as number, cut)) - origin;
    for (const _ of needles) tokens.push(before);
  }
  return tokens;
}
