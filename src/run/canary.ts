import type { Completion } from '../core/completion.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { formatLength } from '../core/length.ts';
import { includes } from '../scorers/includes.ts';
import type { Canary, CanaryPlace } from './canary-prompt.ts';
import { endedEarly } from './outcome.ts';

/** What canaries tell of one model's prompts. */
export interface CutWatch {
  /**
   * What was seen where prompts of this context length are believed cut, for the row; null where nothing speaks for a cut. The first
   * time a length is asked about it sends canaries, one after the other.
   */
  seenCut(contextLength: number): Promise<string | null>;
}

export interface CutWatchOptions {
  /** The context lengths of the model's cells. */
  readonly lengths: readonly number[];
  readonly controlLength: number;
  readonly build: (place: CanaryPlace) => Promise<Canary>;
  /** The model's answer; `refused` where the endpoint gave another, null where it could not be asked: halted, or over the budget. */
  readonly ask: (canary: Canary) => Promise<Completion | 'refused' | null>;
  /** Told what canaries are sent and what they came to. */
  readonly tell: (message: string) => void;
}

/** What one canary came to. */
type Reading = 'found' | 'missed' | 'unclear' | 'unasked';
/** What several came to about a length. */
type Verdict = 'whole' | 'cut' | 'unclear' | 'unasked';

/** A canary vouches for the lengths below it: one of twice the length at most saves the ones between. */
const reach = 2;

/**
 * Watches whether a model that reports no usage is given its prompts from their beginning, which is what servers drop. A length is believed
 * cut where the number at the start of a canary of that length or less was missed, twice, while the one at the end of another came back,
 * and that at the start of a short one; it is believed whole where the number at the start of one of that length or more came back.
 * Where a model does not give numbers back at all, nothing can be told. Cuts in the middle are not seen.
 */
export function watchCuts(options: CutWatchOptions): CutWatch {
  const { lengths, controlLength, tell } = options;
  const known = {
    control: 'unasked' as Reading,
    wholeTo: controlLength,
    unclearFrom: Number.POSITIVE_INFINITY,
    cutFrom: Number.POSITIVE_INFINITY,
    finding: null as string | null,
  };

  const control = async (): Promise<void> => {
    if (known.control !== 'unasked') return;
    tell(
      'the endpoint reports no token counts: whether it reads prompts whole is tried by a few prompts with a number at one end',
    );
    known.control = await readStart(options, controlLength);
    if (known.control === 'found' || known.control === 'unasked') return;
    tell(
      'the number at the start of a short prompt did not come back: a prompt that is cut in silence cannot be told from one that is read badly',
    );
  };

  const look = async (contextLength: number): Promise<string | null> => {
    for (;;) {
      if (contextLength <= known.wholeTo) return null;
      if (contextLength >= known.cutFrom) return known.finding;
      if (contextLength >= known.unclearFrom) return null;
      await control();
      if (known.control !== 'found') return null;
      const below = Math.min(known.unclearFrom, known.cutFrom);
      const at = Math.max(
        contextLength,
        ...lengths.filter((length) => length <= reach * contextLength && length < below),
      );
      const label = `${formatLength(at)} tokens`;
      const verdict = await judge(options, at);
      if (verdict === 'unasked') return null;
      if (verdict === 'cut') {
        known.cutFrom = at;
        known.finding = findingOf(at, controlLength);
        tell(`prompts of ${label} and more are believed cut in silence, ${known.finding}`);
      } else if (verdict === 'whole') {
        known.wholeTo = at;
        tell(
          `prompts up to ${label} are read from their beginning: the number at the start of one came back`,
        );
      } else {
        known.unclearFrom = at;
        tell(
          `prompts of ${label} with a number at one end got no clear answer: whether they are cut is not known`,
        );
      }
    }
  };

  // One at a time: what one canary tells spares the next.
  let last: Promise<unknown> = Promise.resolve();
  return {
    seenCut: (contextLength) => {
      const next = last.then(() => look(contextLength));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

type Asking = Pick<CutWatchOptions, 'build' | 'ask'>;

/** `cut` only where the same length's other end is read: a model that misses both does not do it at this length. */
async function judge(asking: Asking, contextLength: number): Promise<Verdict> {
  const start = await readStart(asking, contextLength);
  if (start !== 'missed') return start === 'found' ? 'whole' : start;
  const end = await readCanary(asking, { contextLength, end: 'end', attempt: 0 });
  if (end === 'unasked') return end;
  return end === 'found' ? 'cut' : 'unclear';
}

/** A model may miss a line that it was given. Two prompts of their own whose first line is missed are no chance. */
async function readStart(asking: Asking, contextLength: number): Promise<Reading> {
  const first = await readCanary(asking, { contextLength, end: 'start', attempt: 0 });
  return first === 'missed' ? readCanary(asking, { contextLength, end: 'start', attempt: 1 }) : first;
}

async function readCanary({ build, ask }: Asking, place: CanaryPlace): Promise<Reading> {
  const canary = await orNull(build(place));
  if (canary === null) return 'unclear';
  const answer = await ask(canary);
  if (answer === null) return 'unasked';
  if (answer === 'refused') return 'unclear';
  // Thoughts count too: what is asked is what the model was given, and not what it makes of it.
  const text = `${answer.text}\n${answer.reasoning ?? ''}`;
  if (includes.score({ text }, [canary.code]).value === 1) return 'found';
  // An answer that was stopped might have come to the number.
  return endedEarly(answer.finishReason) ? 'unclear' : 'missed';
}

function findingOf(contextLength: number, controlLength: number): string {
  return `seen by canaries: the number at the start of two prompts of ${formatLength(contextLength)} tokens did not come back, while one at the end of a third did, and one at the start of a prompt of ${formatLength(controlLength)}; the endpoint reports no token counts`;
}

/** A corpus or budget that leaves no room for a canary is no reason to end the run. */
async function orNull(made: Promise<Canary>): Promise<Canary | null> {
  try {
    return await made;
  } catch (error) {
    if (error instanceof NeedlescopeError) return null;
    throw error;
  }
}
