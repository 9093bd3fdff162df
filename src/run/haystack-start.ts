import { randomStream } from '../core/random.ts';
import { cutNearest, type PreparedCorpus } from '../haystack/prepare.ts';

export type HaystackMode = 'fresh' | 'shared' | 'nested';

export interface StartOptions {
  readonly seed: number;
  readonly mode: HaystackMode;
  /** Whether the corpus is as long as the grid wants it: generated, or repeated. */
  readonly endless: boolean;
  readonly contextLength: number;
  readonly depth: number;
  readonly trial: number;
}

/** Tokens in which a nested haystack of a generated corpus may begin. */
const nestedSpan = 50_000;

/** The least room a generated haystack has to begin in, in tokens: short ones would else all begin alike. */
const leastSpan = 10_000;

/** Tokens behind the longest haystack that its filling sentences may come from: 400 sentences (`fillReach`) of 50 tokens. */
const fillMargin = 20_000;

/** Tokens of generated corpus that a grid needs: its longest haystack, the room it may begin in, and what fills its end. */
export function corpusTokensNeeded(longest: number, mode: HaystackMode): number {
  return longest + (mode === 'nested' ? nestedSpan : Math.max(longest, leastSpan)) + fillMargin;
}

/**
 * The sentence at which a cell's haystack starts. It depends on the seed and the cell's own place only, never on the other cells,
 * so that a grown grid keeps its prompts.
 *
 * `fresh`: a start of its own for every cell · `shared`: one per length and trial · `nested`: one per trial, so that
 * every length is a prefix of the longest. Models and tasks do not enter: they are asked about the same text.
 */
export function haystackStart(prepared: PreparedCorpus, options: StartOptions): number {
  const { seed, mode, contextLength, depth, trial } = options;
  const names: (string | number)[] = ['haystack', mode, trial];
  if (mode !== 'nested') names.push(contextLength);
  if (mode === 'fresh') names.push(depth);
  // The corpus of a user's files is as long as it is: whatever the haystack does not need is room to begin in.
  const spare = Math.max(0, prepared.tokens - contextLength);
  const span = options.endless
    ? mode === 'nested'
      ? nestedSpan
      : Math.max(contextLength, leastSpan)
    : spare;
  const wanted = randomStream(seed, ...names).float() * span;
  const start = cutNearest(
    prepared,
    mode === 'nested' && !options.endless ? Math.min(wanted, spare) : wanted,
  );
  return Math.min(start, prepared.cuts.length - 2);
}
