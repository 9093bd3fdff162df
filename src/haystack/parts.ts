import type { SlicedText } from '../core/sliced-text.ts';
import { jsonBytesOf } from '../core/sliced-text.ts';
import { type CorpusText, sliceBytes } from './corpus-text.ts';
import type { Insertion } from './seam-count.ts';

/** A slice of the corpus, or a text of its own. */
export type Part = { readonly from: number; readonly to: number } | { readonly text: string };

/** A text in parts, and where its needles start in it, in their order. */
interface Assembled {
  readonly parts: readonly Part[];
  readonly offsets: readonly number[];
}

/** The text that starts at corpus offset `startChar`, holds the insertions and ends with `rest`. */
export function assemble(startChar: number, insertions: readonly Insertion[], rest: string): Assembled {
  const parts: Part[] = [];
  const offsets: number[] = [];
  let at = startChar;
  let length = 0;
  for (const insertion of insertions) {
    // The end is trimmed of white space: it may lie before the last needle where only that stands between them.
    if (insertion.at > at) {
      parts.push({ from: at, to: insertion.at });
      length += insertion.at - at;
    }
    parts.push({ text: insertion.text });
    offsets.push(...insertion.starts.map((start) => length + start));
    length += insertion.text.length;
    at = insertion.at;
  }
  parts.push({ text: rest });
  return { parts, offsets };
}

/** The finished text: its bytes are views on the corpus' own, but for a few short texts. */
export function planText(plan: { readonly parts: readonly Part[] }, corpus: CorpusText): SlicedText {
  const encoder = new TextEncoder();
  const { parts } = plan;
  return {
    chars: parts.reduce((sum, part) => sum + charsOf(part), 0),
    bytes: () =>
      parts.map((part) =>
        'text' in part ? encoder.encode(part.text) : sliceBytes(corpus, part.from, part.to, 'utf8'),
      ),
    jsonBytes: () =>
      parts.map((part) =>
        'text' in part ? jsonBytesOf(part.text) : sliceBytes(corpus, part.from, part.to, 'json'),
      ),
    toString: () => renderPlan(plan, corpus.text),
  };
}

/** The finished text of a plan as one string. */
export function renderPlan(plan: { readonly parts: readonly Part[] }, corpus: string): string {
  return textBetween(plan, corpus, { from: 0, to: Number.POSITIVE_INFINITY });
}

/** The finished text from character `from` to `to`, without making the rest. */
export function textBetween(
  { parts }: { readonly parts: readonly Part[] },
  corpus: string,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  let text = '';
  let at = 0;
  for (const part of parts) {
    const first = Math.max(0, from - at);
    const last = Math.min(charsOf(part), to - at);
    at += charsOf(part);
    if (first >= last) continue;
    text += 'text' in part ? part.text.slice(first, last) : corpus.slice(part.from + first, part.from + last);
  }
  return text;
}

function charsOf(part: Part): number {
  return 'text' in part ? part.text.length : part.to - part.from;
}
