import type { SplitRule, TokenBytes, Tokenizer } from '../core/tokenizer.ts';
import { type CorpusText, utf8Length } from './corpus-text.ts';
import { lastHardBefore } from './hard-boundary.ts';

/** Every split rule, in the order in which caches number them. */
export const splitRules: readonly SplitRule[] = ['split-regex', 'gpt2', 'none'];

/** A corpus counted by one tokenizer: prefix sums at hard boundaries. */
export interface TokenSums {
  /** The tokenizer's rule; `none` where this text was seen to break it, so that every count is checked. */
  readonly rule: SplitRule;
  /** `hard[k]` = the last hard boundary strictly before the cut k (0 for k = 0). */
  readonly hard: Uint32Array;
  /** `cum[k]` = tokens of `text.slice(0, hard[k])`. */
  readonly cum: Uint32Array;
}

/** Characters that are tokenised in one call. Longer stretches gain nothing and hold more memory. */
const stretchChars = 65_536;
/** Calls under way at once, where a server counts. */
const stretchesInFlight = 8;
const countsInFlight = 32;
/** Sentences counted one by one between two pauses. */
const pauseEvery = 16 * countsInFlight;

/** The text between two of its hard boundaries, as numbers of sentences: `from` < `to`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Tokenises the corpus once, and calls `pause` between stretches so that whoever waits can be heard. Where the tokenizer tells the bytes of its tokens, whole stretches are encoded and the counts are read
 * off where a token ends at a boundary; else each sentence is counted by itself.
 */
export async function tokenSums(
  corpus: CorpusText,
  tokenizer: Tokenizer,
  pause?: () => Promise<unknown>,
): Promise<TokenSums> {
  const hard = hardBoundaries(corpus, tokenizer.splitRule);
  const counts = new Uint32Array(hard.length);
  const stretches = tokenizer.tokenBytes === undefined ? [] : stretchesOf(hard);
  let kept = true;
  const uncounted: Stretch[] = stretches.length > 0 ? [] : [{ from: 0, to: hard.length - 1 }];
  for (let at = 0; at < stretches.length; at += stretchesInFlight) {
    await pause?.();
    const now = stretches.slice(at, at + stretchesInFlight);
    const asked = now.map(
      ({ from, to }) => tokenizer.tokenBytes?.(corpus.text.slice(hard[from], hard[to])) ?? null,
    );
    const lengths = asked.some(isPromise) ? await Promise.all(asked) : (asked as (TokenBytes | null)[]);
    now.forEach((stretch, i) => {
      const bytes = lengths[i] ?? null;
      if (bytes === null) uncounted.push(stretch);
      else if (!readCounts(corpus.text, { hard, counts, stretch, bytes })) kept = false;
    });
  }
  for (const stretch of uncounted) await countEach(corpus.text, { hard, counts, stretch, tokenizer, pause });
  const cum = new Uint32Array(hard.length);
  for (let k = 1; k < cum.length; k++) cum[k] = (cum[k - 1] as number) + (counts[k] as number);
  return { rule: kept ? tokenizer.splitRule : 'none', hard, cum };
}

function hardBoundaries({ text, cuts }: CorpusText, rule: SplitRule): Uint32Array {
  const hard = new Uint32Array(cuts.length);
  for (let k = 1; k < cuts.length; k++) {
    hard[k] = lastHardBefore(text, cuts[k] as number, hard[k - 1] as number, rule);
  }
  return hard;
}

function stretchesOf(hard: Uint32Array): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (let k = 1; k < hard.length; k++) {
    if ((hard[k] as number) - (hard[from] as number) < stretchChars && k < hard.length - 1) continue;
    stretches.push({ from, to: k });
    from = k;
  }
  return stretches;
}

/**
 * Writes the tokens between each two boundaries of a stretch into `counts`. Returns whether a token ended at every one of them; one that
 * reaches across is counted behind it.
 */
function readCounts(
  text: string,
  read: {
    readonly hard: Uint32Array;
    readonly counts: Uint32Array;
    readonly stretch: Stretch;
    readonly bytes: TokenBytes;
  },
): boolean {
  const { hard, counts, stretch, bytes } = read;
  let kept = true;
  let token = 0;
  let tokenEnd = 0;
  let boundary = 0;
  for (let k = stretch.from + 1; k <= stretch.to; k++) {
    boundary += utf8Length(text.slice(hard[k - 1], hard[k]));
    const first = token;
    while (token < bytes.length && tokenEnd + (bytes[token] as number) <= boundary) {
      tokenEnd += bytes[token] as number;
      token++;
    }
    counts[k] = token - first;
    if (tokenEnd !== boundary) kept = false;
  }
  // Tokens that stand for no bytes of their own at the end (SentencePiece marks) belong to the last sentence.
  counts[stretch.to] = (counts[stretch.to] as number) + bytes.length - token;
  return kept;
}

async function countEach(
  text: string,
  task: {
    readonly hard: Uint32Array;
    readonly counts: Uint32Array;
    readonly stretch: Stretch;
    readonly tokenizer: Tokenizer;
    readonly pause: (() => Promise<unknown>) | undefined;
  },
): Promise<void> {
  const { hard, counts, stretch, tokenizer, pause } = task;
  for (let at = stretch.from + 1; at <= stretch.to; at += countsInFlight) {
    if ((at - stretch.from) % pauseEvery === 1) await pause?.();
    const end = Math.min(stretch.to + 1, at + countsInFlight);
    const asked: (number | Promise<number>)[] = [];
    for (let k = at; k < end; k++) asked.push(tokenizer.count(text.slice(hard[k - 1], hard[k])));
    // Awaiting every number of a tokenizer in this process would cost more than counting it.
    const numbers = asked.some(isPromise) ? await Promise.all(asked) : (asked as number[]);
    counts.set(numbers, at);
  }
}

function isPromise(value: unknown): boolean {
  return value instanceof Promise;
}
