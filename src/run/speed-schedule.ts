/** What is still to be done, times in milliseconds. */
export interface Remaining {
  /** Running calls: what each is expected to take in all, and what it has taken. */
  readonly running: readonly RunningCall[];
  /** What each call that waits is expected to take, in the order of the calls. */
  readonly waiting: readonly number[];
  /** Calls at a time. */
  readonly slots: number;
  /** What was seen of calls that took another time than expected. */
  readonly offs: readonly Off[];
}

interface RunningCall {
  readonly expectedMs: number;
  readonly elapsedMs: number;
}

/** How one call differed from what was expected of it: it took `ratio` times that, and `extraMs`. */
export interface Off {
  readonly ratio: number;
  readonly extraMs: number;
}

/** Beyond this factor a call was not slow or fast but met something of its own: a pause, a hiccup. */
const ordinary = 2.5;

/** The difference of a call that took `ms`. What goes far beyond the ordinary does not grow with a call's length. */
export function offOf(ms: number, expectedMs: number): Off {
  const ratio = ms / Math.max(1, expectedMs);
  if (ratio <= ordinary) return { ratio, extraMs: 0 };
  return { ratio: 1, extraMs: ms - expectedMs };
}

/** So many calls for each slot are dealt one by one; those before them only add up. */
const dealtPerSlot = 12;

/** Ends that are played through. The one in the middle is told. */
const draws = 15;

/** A call that has run longer than any before it is taken to need this share of its time once more. */
const overdueShare = 0.3;

/** Steps that fill an interval evenly, and a second that is no fraction of the first. */
const golden = 0.618033988749895;
const plastic = 0.754877666246693;

/**
 * Milliseconds until the last call ends, each waiting one taken by the slot that is free first: not the sum divided by the slots,
 * since at the end of a run slots stand idle beside a long call. Calls are taken to be as uneven as they were so far: several ends are
 * played through and the middle one is told, because the last of many uneven calls ends well after the usual one.
 */
export function timeToFinish(remaining: Remaining): number {
  const { running, waiting, offs } = remaining;
  const slots = Math.max(1, remaining.slots);
  const spread = Math.max(0, waiting.length - dealtPerSlot * slots);
  const usual = meanOf(offs);
  const spreadMs = waiting.slice(0, spread).reduce((sum, ms) => sum + timeOf(ms, usual), 0) / slots;
  const dealt = waiting.slice(spread);
  const ends = Array.from({ length: draws }, (_, draw) => {
    const left = running.map((call, i) => spreadMs + stillNeeded(call, offs, quantile(i, draw)));
    // Slots that stand empty are free once the spread calls are through.
    while (left.length < slots) left.push(spreadMs);
    const times = dealt.map((ms, i) => timeOf(ms, drawn(offs, quantile(i, draw))));
    return lastEnd(left, times, slots);
  });
  return ends.sort((a, b) => a - b)[draws >> 1] as number;
}

/** A share from 0 to 1 for the i-th call of a draw: each draw uses all that was seen evenly, in an order of its own. */
function quantile(i: number, draw: number): number {
  const at = (i + 1) * golden + draw * plastic;
  return at - Math.floor(at);
}

function drawn(offs: readonly Off[], share: number): Off {
  return offs[Math.floor(share * offs.length)] ?? asExpected;
}

const asExpected: Off = { ratio: 1, extraMs: 0 };

function meanOf(offs: readonly Off[]): Off {
  if (offs.length === 0) return asExpected;
  const sum = offs.reduce((a, b) => ({ ratio: a.ratio + b.ratio, extraMs: a.extraMs + b.extraMs }));
  return { ratio: sum.ratio / offs.length, extraMs: sum.extraMs / offs.length };
}

function timeOf(expectedMs: number, { ratio, extraMs }: Off): number {
  return ratio * expectedMs + extraMs;
}

/** What a running call still needs, as one of those that took longer than it has by now. */
function stillNeeded({ expectedMs, elapsedMs }: RunningCall, offs: readonly Off[], share: number): number {
  const longer = (offs.length === 0 ? [asExpected] : offs).filter(
    (off) => timeOf(expectedMs, off) > elapsedMs,
  );
  if (longer.length === 0) return elapsedMs * overdueShare;
  return timeOf(expectedMs, drawn(longer, share)) - elapsedMs;
}

/** When the last call ends, given when each slot is free and how long the calls take that wait. */
function lastEnd(free: readonly number[], times: readonly number[], slots: number): number {
  const heap = [...free].sort((a, b) => a - b);
  let end = heap.at(-1) ?? 0;
  // More calls may be under way than there are slots now: the first to end free none.
  heap.splice(0, Math.max(0, heap.length - slots));
  for (const ms of times) {
    const ending = (heap[0] ?? 0) + ms;
    end = Math.max(end, ending);
    replaceLeast(heap, ending);
  }
  return end;
}

/** Puts `value` in the place of a binary heap's least and restores its order. */
function replaceLeast(heap: number[], value: number): void {
  const at = (i: number): number => heap[i] ?? Number.POSITIVE_INFINITY;
  let i = 0;
  for (;;) {
    const child = at(2 * i + 2) < at(2 * i + 1) ? 2 * i + 2 : 2 * i + 1;
    if (at(child) >= value) break;
    heap[i] = at(child);
    i = child;
  }
  heap[i] = value;
}
