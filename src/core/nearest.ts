import { distance } from 'fastest-levenshtein';

/** The candidate with the fewest edits from `name`, ignoring case, or null when none comes close enough to suggest. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    // Half the longer name: beyond that a suggestion misleads more than it helps.
    if (edits < fewest && edits <= Math.max(name.length, candidate.length) / 2) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}
