import { questionTerms, type Term } from './question-terms.ts';
import { type Span, sentenceAt } from './sentences.ts';

/** A sentence of the document that speaks of what was asked. */
export interface Recollection {
  readonly text: string;
  /** Share of the question's term weight found in it, 0 to 1: rare terms weigh more. */
  readonly score: number;
  /** Share of the question's terms found in it, 0 to 1. */
  readonly share: number;
  /** Characters before it over characters of the document without it, 0 to 1. */
  readonly depth: number;
}

/** Below this share of the weight a sentence does not answer the question. */
export const recallFloor = 0.6;

// A term met this often is common: its frequency is taken from how far the search came.
const commonHits = 400;
// Stands for "all of them" where a question has nothing but common words.
const mostHits = 40_000;
const charsPerSentence = 80;

interface Occurrences {
  readonly term: Term;
  readonly hits: readonly number[];
  readonly complete: boolean;
  readonly weight: number;
}

/**
 * The sentences of a document that hold at least `floor` of the question's weight, best first, earlier first among equals.
 * Purely lexical: words as they stand, any case. Questions in the text are no answers. Empty where nothing fits.
 */
export function recall(
  document: string,
  question: string,
  floor: number = recallFloor,
): readonly Recollection[] {
  const terms = questionTerms(question);
  const found = terms.map((term) => weigh(document, term)).sort((a, b) => b.weight - a.weight);
  const total = found.reduce((sum, { weight }) => sum + weight, 0);

  const spans = new Map<number, Span>();
  let missable = total;
  for (const { term, hits, complete, weight } of found) {
    // A sentence with none of the rarer terms cannot reach the floor any more: the common ones need no search.
    if (missable < floor * total) break;
    missable -= weight;
    for (const hit of complete ? hits : search(document, term, mostHits).hits) {
      const span = sentenceAt(document, hit);
      spans.set(span.start, span);
    }
  }
  return [...spans.values()]
    .map((span) => judge(document, span, found, total))
    .filter(({ text, score }) => score >= floor && !/[?？]["'”’」』）)]*$/.test(text))
    .sort((a, b) => b.score - a.score || a.depth - b.depth);
}

function judge(
  document: string,
  { start, end }: Span,
  found: readonly Occurrences[],
  total: number,
): Recollection {
  const text = document.slice(start, end);
  const present = found.filter(({ term }) => search(text, term, 1).hits.length > 0);
  return {
    text,
    score: present.reduce((sum, { weight }) => sum + weight, 0) / total,
    share: present.length / found.length,
    depth: start / Math.max(1, document.length - text.length),
  };
}

/** Where a term occurs, and its weight: the inverse sentence frequency, ln(1 + N / (n + 1)). */
function weigh(document: string, term: Term): Occurrences {
  const { hits, searched } = search(document, term, commonHits);
  const complete = searched >= document.length;
  const frequency = (hits.length * document.length) / Math.max(1, searched);
  const sentences = Math.max(1, document.length / charsPerSentence);
  return { term, hits, complete, weight: Math.log(1 + sentences / (frequency + 1)) };
}

function search(text: string, term: Term, most: number): { hits: readonly number[]; searched: number } {
  const hits: number[] = [];
  // Without its first letter a word is found in lower case and at the start of a sentence by one search.
  const skip = term.kind === 'word' && term.text.length > 2 ? 1 : 0;
  const needles = new Set([term.text.slice(skip), term.spelling.slice(skip)]);
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      if (!isWhole(text, at - skip, term)) continue;
      hits.push(at - skip);
      if (hits.length >= most) return { hits, searched: at + 1 };
    }
  }
  return { hits, searched: text.length };
}

function isWhole(text: string, start: number, term: Term): boolean {
  if (term.kind === 'ideographs') return true;
  const end = start + term.text.length;
  return (
    start >= 0 &&
    text.slice(start, end).toLowerCase() === term.text &&
    !isWordChar(text.charCodeAt(start - 1)) &&
    !isWordChar(text.charCodeAt(end))
  );
}

/** ASCII letters and digits, Latin with marks, Greek and Cyrillic. NaN, beyond the text's ends, is none of them. */
function isWordChar(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xc0 && code <= 0x24f) ||
    (code >= 0x370 && code <= 0x52f)
  );
}
