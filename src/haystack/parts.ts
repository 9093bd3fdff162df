import type { Needle } from './needle-cuts.ts';
import type { Insertion } from './seam-count.ts';

/** A slice of the corpus, or a text of its own. */
export type Part = { readonly from: number; readonly to: number } | { readonly text: string };

/** The parts of a text that starts at corpus offset `startChar`, holds the insertions and ends with `rest`. */
export function assemble(startChar: number, insertions: readonly Insertion[], rest: string): Part[] {
  const parts: Part[] = [];
  let at = startChar;
  for (const insertion of insertions) {
    if (insertion.at > at) parts.push({ from: at, to: insertion.at });
    parts.push({ text: insertion.text });
    at = insertion.at;
  }
  parts.push({ text: rest });
  return parts;
}

/** Where each needle starts in the finished text. */
export function offsetsOf(parts: readonly Part[], needles: readonly Needle[]): number[] {
  const offsets: number[] = [];
  let length = 0;
  for (const part of parts) {
    if (!('text' in part)) {
      length += part.to - part.from;
      continue;
    }
    let within = 0;
    while (offsets.length < needles.length) {
      const { text } = needles[offsets.length] as Needle;
      const found = part.text.indexOf(text, within);
      if (found < 0) break;
      offsets.push(length + found);
      within = found + text.length;
    }
    length += part.text.length;
  }
  return offsets;
}
