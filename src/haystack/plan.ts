import { NeedlescopeError } from '../core/errors.ts';
import { fitEnd } from './fill-gap.ts';
import { firstHardAfter } from './hard-boundary.ts';
import { chooseCuts, endNear, haystackBefore, type Needle } from './needle-cuts.ts';
import { assemble, type Part, renderPlan } from './parts.ts';
import type { PreparedCorpus } from './prepare.ts';
import { type Insertion, type SeamCounter, seamCounter } from './seam-count.ts';
import { appended, insertedAt, skipSpace, spaceBehind, trimEnd } from './spacing.ts';

export interface HaystackRequest {
  /** Tokens that the finished text may hold: head, haystack, needles and tail. */
  readonly budget: number;
  /** What stands before the haystack; ends where the haystack's first sentence starts. */
  readonly head: string;
  /** What stands after it. */
  readonly tail: string;
  readonly needles: readonly Needle[];
  /** The sentence the haystack starts with. */
  readonly start: number;
}

/** A finished prompt as slices of the corpus and a few short texts: its bytes are made when they are sent. */
export interface HaystackPlan {
  readonly parts: readonly Part[];
  /** Exact tokens of the whole text. At most the budget. */
  readonly tokens: number;
  /** In the order of the needles asked for. */
  readonly placements: readonly {
    readonly requestedDepth: number;
    /** Tokens of haystack before the needle / tokens of haystack. */
    readonly depth: number;
    readonly tokenOffset: number;
    /** Where the needle starts in the finished text, in UTF-16 units. */
    readonly charOffset: number;
  }[];
}

/**
 * Places needles between sentences and fills the budget to the token.
 *
 * Only the seams are tokenised: around each needle, at both ends, and for the few sentences that fill the last gap. All else is
 * a difference of prefix sums between hard boundaries. Throws `length_too_small` where head, needles and tail leave no
 * room, `corpus_too_short` where the corpus ends before the budget does.
 */
export async function planHaystack(prepared: PreparedCorpus, asked: HaystackRequest): Promise<HaystackPlan> {
  const request = wellFormed(asked);
  const first = await layOut(prepared, request);
  if (prepared.rule !== 'none') return first;

  // No promise about seams: count the finished text, and correct the budget by what was off.
  let plan = first;
  let budget = request.budget;
  for (let round = 0; ; round++) {
    const counted = await prepared.tokenizer.count(renderPlan(plan, prepared.text));
    const room = request.budget - counted;
    if (room >= 0 && (room <= 1 || round >= 4)) return { ...plan, tokens: counted };
    budget += round < 6 ? room : Math.min(room, -8);
    plan = await layOut(prepared, { ...request, budget });
  }
}

/** Without lone surrogates, which have no bytes and which every tokenizer and server reads in a way of its own. */
function wellFormed(request: HaystackRequest): HaystackRequest {
  return {
    ...request,
    head: request.head.toWellFormed(),
    tail: request.tail.toWellFormed(),
    needles: request.needles.map(({ text, depth }) => ({ text: text.toWellFormed(), depth })),
  };
}

async function layOut(prepared: PreparedCorpus, request: HaystackRequest): Promise<HaystackPlan> {
  const { text, cuts } = prepared;
  const { head, tail, budget, start } = request;
  const needles = [...request.needles].sort((a, b) => a.depth - b.depth);
  const startChar = skipSpace(text, cuts[start] as number);
  const seams = seamCounter(prepared, startChar);

  const headTokens = await seams.count(head);
  const needleTokens = await Promise.all(needles.map((needle) => seams.count(needle.text)));
  // The tail is counted once but for its first words, which belong to the seam before them.
  const tailCut = firstHardAfter(tail, 0, tail.length, prepared.rule);
  const tailRest = await seams.count(tail.slice(tailCut));
  const tailTokens = tailRest + (await seams.count(tail.slice(0, tailCut)));
  const fixed = headTokens + tailTokens + needleTokens.reduce((a, b) => a + b, 0);
  const room = roomFor(prepared, { budget, fixed, start });
  // A needle near the end may leave too little room behind it, or a gap that no sentence fills; it then goes before an
  // earlier sentence.
  const roughEnd = endNear(prepared, start, room);
  const setting = {
    seams,
    needles,
    headTokens,
    needleTokens,
    fixed,
    tailCut,
    tailRest,
    startChar,
    roughEnd,
    room,
  };
  let best: HaystackPlan | null = null;
  let retries = 0;
  for (let lastCut = roughEnd - 1; lastCut >= start; lastCut--) {
    const plan = await tryLayOut(prepared, request, { ...setting, lastCut });
    if (plan !== null && (best === null || plan.tokens > best.tokens)) best = plan;
    if (best !== null && (best.tokens >= budget - 1 || ++retries > 3)) return best;
  }
  if (best === null) throw tooSmall(budget, fixed);
  return best;
}

/** What a layout starts from. */
interface Setting {
  readonly seams: SeamCounter;
  /** By depth, shallowest first. */
  readonly needles: readonly Needle[];
  readonly headTokens: number;
  readonly needleTokens: readonly number[];
  /** Tokens of head, tail and needles. */
  readonly fixed: number;
  /** The tail's first hard boundary, and the tokens behind it. */
  readonly tailCut: number;
  readonly tailRest: number;
  readonly startChar: number;
  readonly roughEnd: number;
  readonly room: number;
  /** No needle goes after this sentence start, except at the very end. */
  readonly lastCut: number;
}

/** The layout with no needle after `lastCut`, or null where even its shortest form is over the budget. */
async function tryLayOut(
  prepared: PreparedCorpus,
  request: HaystackRequest,
  setting: Setting,
): Promise<HaystackPlan | null> {
  const { head, tail, budget, start } = request;
  const { text, cuts } = prepared;
  const { seams, needles, headTokens, needleTokens, fixed, tailCut, tailRest, startChar, roughEnd } = setting;
  const { atStart, inside, atEnd } = chooseCuts(prepared, start, setting);

  const texts = (some: readonly Needle[]): string[] => some.map((needle) => needle.text);
  const before = appended(head, { left: '\n', texts: texts(atStart) });
  const opening: Insertion = {
    cut: start,
    at: startChar,
    text: before.text + (atStart.length > 0 ? spaceBehind(before.text, text, startChar) : ''),
    starts: before.starts,
  };
  const middle = inside.map(({ cut, needles: here }): Insertion => {
    const at = cuts[cut] as number;
    return { cut, at, ...insertedAt(text, at, texts(here)) };
  });
  const opened = await seams.open([opening, ...middle]);

  const ending = (end: number, fill: string): Insertion => {
    const at = trimEnd(text, cuts[end] as number);
    const filled = appended(fill, { left: fill.at(-1) ?? text[at - 1] ?? '', texts: texts(atEnd) });
    return { cut: end, at, text: filled.text + tail.slice(0, tailCut), starts: filled.starts };
  };
  const chosen = await fitEnd({
    prepared,
    total: async (end, fill) => (await seams.close(opened, ending(end, fill))) + tailRest,
    budget,
    least: Math.max(start + 1, ...inside.map(({ cut }) => cut + 1)),
    roughEnd,
    start,
  });
  if (chosen === null) return null;

  const closing = ending(chosen.end, chosen.fill);
  const { parts, offsets } = assemble(startChar, [opening, ...middle, closing], tail.slice(tailCut));
  const haystackTokens = Math.max(1, chosen.tokens - fixed);
  const tokensInside = await haystackBefore(seams, { start, startChar, cuts, inside });
  const tokensBefore = [...atStart.map(() => 0), ...tokensInside, ...atEnd.map(() => haystackTokens)];
  let needlesBefore = 0;
  const placements = needles.map((needle, index) => {
    const haystack = tokensBefore[index] as number;
    const tokenOffset = headTokens + haystack + needlesBefore;
    needlesBefore += needleTokens[index] as number;
    return {
      requestedDepth: needle.depth,
      depth: Math.min(1, haystack / haystackTokens),
      tokenOffset,
      charOffset: offsets[index] as number,
    };
  });
  // Needles of equal depth stand in the order they were asked for, and so do their placements.
  const inOrder = request.needles.map(
    (needle) => placements[needles.indexOf(needle)] as (typeof placements)[number],
  );
  return { parts, tokens: chosen.tokens, placements: inOrder };
}

/** Tokens that are left for the haystack, or an error where that is next to nothing or more than the corpus has. */
function roomFor(
  prepared: PreparedCorpus,
  { budget, fixed, start }: { readonly budget: number; readonly fixed: number; readonly start: number },
): number {
  const room = budget - fixed;
  if (room < 16) throw tooSmall(budget, fixed);
  const left = prepared.tokens - (prepared.cum[start] as number);
  if (left < room) {
    throw new NeedlescopeError(
      'corpus_too_short',
      `a haystack of ${room} tokens is asked for and the corpus of ${prepared.tokens} tokens holds ${left} from its start on`,
      { hint: 'add files to the corpus, use prose-en or prose-zh (any length), or shorten contextLengths' },
    );
  }
  return room;
}

function tooSmall(budget: number, fixed: number): NeedlescopeError {
  return new NeedlescopeError(
    'length_too_small',
    `a text of ${budget} tokens leaves ${budget - fixed} for the haystack after instruction, needle and question (${fixed})`,
    { hint: 'raise contextLengths (512 is a sensible least) or lower maxTokens' },
  );
}
