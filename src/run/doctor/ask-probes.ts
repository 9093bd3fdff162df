import { NeedlescopeError } from '../../core/errors.ts';
import type { PromptMessage } from '../../core/sample.ts';
import { askPatiently } from '../ask-patiently.ts';
import type { Canary, CanaryPlace } from '../canary-prompt.ts';
import { createEndpointPool } from '../endpoint-pool.ts';
import type { Execution, ModelJob } from '../job.ts';
import { createModelState } from '../model-state.ts';
import type { Observed, Probe } from './observed.ts';

export interface ProbeOptions {
  readonly job: ModelJob;
  readonly execution: Execution;
  /** The longest planned cell, in tokens. */
  readonly longest: number;
  /** Tokens planned around a text by now. */
  readonly around: () => number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of each question before it goes out. */
  readonly tell: (message: string) => void;
}

type Probes = Pick<Observed, 'talk' | 'short' | 'again' | 'middle' | 'longest'>;

/** How much longer the second size is than the first. */
const secondSize = 4;

/**
 * Asks a model what its endpoint is judged by: one question with a long answer, a short canary twice, one four times as long, and one of
 * the longest planned length. One after the other: side by side they would wait for each other and be timed wrong. No question is
 * asked that the ones before have made idle.
 */
export async function askProbes(options: ProbeOptions): Promise<Probes> {
  const { job, longest, tell } = options;
  const asker = createAsker(options);
  try {
    tell('a question with a long answer');
    const talk = await asker.ask(talkOf(job.api), { planned: 0, contextLength: 0, code: null });
    const none: Probes = { talk, short: null, again: null, middle: null, longest: null };
    const { canaries } = job;
    const kind = talk.error?.kind;
    if (kind === 'auth' || kind === 'not_found' || kind === 'balance' || canaries === undefined) return none;

    const canaryOf = async (contextLength: number): Promise<Made | null> => {
      const place: CanaryPlace = { contextLength, end: 'start', attempt: 0 };
      try {
        return { ...(await canaries.build(place)), contextLength };
      } catch (error) {
        if (error instanceof NeedlescopeError && error.code === 'length_too_small') return null;
        throw error;
      }
    };
    const send = async (made: Made | null, attempts?: number): Promise<Probe | null> => {
      if (made === null) return null;
      tell(`a prompt of ${made.promptTokens} tokens`);
      const { promptTokens: planned, contextLength, code } = made;
      return asker.ask(made, { planned, contextLength, code }, attempts);
    };

    const first = Math.min(canaries.controlLength, longest);
    const canary = await canaryOf(first);
    const short = await send(canary);
    const again = short?.completion === undefined || short.completion === null ? null : await send(canary);
    const counted = short?.completion?.usage.promptTokens ?? null;
    if (short !== null && counted !== null) job.learnCount({ promptTokens: short.planned }, counted);
    const middle = longest > secondSize * first ? await send(await canaryOf(secondSize * first)) : null;
    // The longest is asked once: no call of a run takes longer.
    const last = longest > first ? await send(await canaryOf(longest), 1) : null;
    return { talk, short, again, middle, longest: last };
  } finally {
    await asker.close();
  }
}

type Made = Canary & { readonly contextLength: number };

/** A question whose answer has some thirty tokens: enough to see whether it comes bit by bit. */
function talkOf(api: ModelJob['api']): Pick<Canary, 'messages' | 'text'> {
  const content =
    api === 'chat' ? 'Count from 1 to 30, with a blank between the numbers.' : '1 2 3 4 5 6 7 8 9';
  const messages: readonly PromptMessage[] = [{ role: 'user', content }];
  return { messages, text: content };
}

interface Asker {
  ask(
    prompt: Pick<Canary, 'messages' | 'text'>,
    about: Pick<Probe, 'planned' | 'contextLength' | 'code'>,
    attempts?: number,
  ): Promise<Probe>;
  close(): Promise<void>;
}

function createAsker({ job, execution, around, seed, signal }: ProbeOptions): Asker {
  const state = createModelState(job, execution, {
    halt: signal,
    pool: createEndpointPool(execution),
    emit: () => undefined,
  });
  let asked = 0;
  return {
    ask: async (prompt, about, maxAttempts = execution.maxAttempts) => {
      const base = { ...about, around: around() };
      const { contextLength, planned: promptTokens } = about;
      const cell = { model: job.name, task: 'doctor', contextLength, depth: 0, trial: asked++ };
      const key = `doctor ${job.name} ${asked}`;
      const came = await askPatiently(
        state,
        { key, cell, prompt, promptTokens },
        {
          execution: { ...execution, maxAttempts },
          seed,
          abort: signal,
          emit: () => undefined,
          now: Date.now,
        },
      );
      if (came.kind === 'answered') return { ...base, completion: came.completion, error: null };
      if (came.kind === 'failed') {
        const { kind, message, servedWindow } = came.error;
        return { ...base, completion: null, error: { kind, message, servedWindow } };
      }
      throw new NeedlescopeError('interrupted', 'interrupted before the endpoint was known', {
        hint: 'run the same command again',
      });
    },
    close: () => state.client.close(),
  };
}
