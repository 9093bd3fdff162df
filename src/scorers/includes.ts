import type { Scorer } from '../core/score.ts';
import { comparable } from './comparable.ts';

/**
 * 1 when any accepted answer stands in the answer, else 0. Case, Unicode width and the grouping of digits (4,821,355) do
 * not matter; a number only counts as a whole number, so 48213 is not found in 148213.
 */
export const includes: Scorer = {
  summary: 'An accepted answer stands in the answer (case and width ignored, numbers whole).',
  version: 1,
  score: ({ text }, target) => {
    const answer = comparable(text);
    return { value: target.some((accepted) => holds(answer, comparable(accepted))) ? 1 : 0 };
  },
};

function holds(answer: string, accepted: string): boolean {
  if (accepted === '') return false;
  if (!/^\d+$/.test(accepted)) return answer.includes(accepted);
  for (let at = answer.indexOf(accepted); at >= 0; at = answer.indexOf(accepted, at + 1)) {
    if (!isDigit(answer[at - 1]) && !isDigit(answer[at + accepted.length])) return true;
  }
  return false;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
