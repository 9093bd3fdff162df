import type { Speech } from './answer.ts';
import type { PromptCounter } from './count-tokens.ts';
import type { CompletionRequest } from './request.ts';

/** A finished answer with its figures, ready for either dialect of the wire. */
export interface Reply {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly api: CompletionRequest['api'];
  readonly reasoning: string | null;
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly usage: ReplyUsage;
  /** The usage as it is told. */
  readonly told: object;
}

export interface ReplyUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** The pieces a text is streamed in, about a word or two ideographs each. Their join is the text. */
function deltas(text: string): readonly string[] {
  return text.match(/\s*[^\s\p{Script=Han}]+|\s*\p{Script=Han}{1,2}|\s+/gu) ?? [];
}

/** A speech cut at its first stop sequence and at `maxTokens`, thoughts counted first. Null: no limit was asked for. */
export function limitSpeech(
  speech: Speech,
  options: { maxTokens: number | null; stop: readonly string[]; counter: PromptCounter },
): Speech & { readonly finishReason: Reply['finishReason']; readonly tokens: number } {
  const { stop, counter } = options;
  const budget = options.maxTokens ?? Number.POSITIVE_INFINITY;
  const reasoning = speech.reasoning === null ? null : longestStart(speech.reasoning, budget, counter);
  const thoughtTokens = counter.count(reasoning ?? '');
  // A speaker who is cut in its thoughts says nothing more.
  const said = reasoning === speech.reasoning ? beforeStop(speech.text, stop) : '';
  const text = longestStart(said, budget - thoughtTokens, counter);
  const isWhole = reasoning === speech.reasoning && text === said;
  return {
    reasoning,
    text,
    finishReason: isWhole ? 'stop' : 'length',
    tokens: thoughtTokens + counter.count(text),
  };
}

function longestStart(text: string, budget: number, counter: PromptCounter): string {
  if (counter.count(text) <= budget) return text;
  const pieces = deltas(text);
  let kept = '';
  for (const piece of pieces) {
    if (counter.count(kept + piece) > budget) break;
    kept += piece;
  }
  return kept;
}

function beforeStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((end) => end >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}

/** The `usage` block of a reply. Nothing is ever cached here. */
export function usageOf(promptTokens: number, completionTokens: number): ReplyUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}

/** The body of a reply that is not streamed. */
export function replyBody(reply: Reply): object {
  const message = {
    role: 'assistant',
    content: reply.text,
    ...(reply.reasoning === null ? {} : { reasoning_content: reply.reasoning }),
  };
  const said = reply.api === 'chat' ? { message } : { text: (reply.reasoning ?? '') + reply.text };
  return {
    ...headOf(reply, ''),
    choices: [{ index: 0, ...said, logprobs: null, finish_reason: reply.finishReason }],
    usage: reply.told,
  };
}

/** The chunks of a streamed reply in order, `[DONE]` not among them: role, thoughts, answer, finish, and usage if wanted. */
export function replyChunks(reply: Reply, includeUsage: boolean): readonly object[] {
  const head = headOf(reply, '.chunk');
  const chunk = (said: object, finish: string | null) => ({
    ...head,
    choices: [{ index: 0, ...said, logprobs: null, finish_reason: finish }],
  });
  const usage = includeUsage ? [{ ...head, choices: [], usage: reply.told }] : [];
  if (reply.api === 'completions') {
    const text = deltas((reply.reasoning ?? '') + reply.text).map((piece) => chunk({ text: piece }, null));
    return [...text, chunk({ text: '' }, reply.finishReason), ...usage];
  }
  return [
    chunk({ delta: { role: 'assistant', content: '' } }, null),
    ...deltas(reply.reasoning ?? '').map((piece) => chunk({ delta: { reasoning_content: piece } }, null)),
    ...deltas(reply.text).map((piece) => chunk({ delta: { content: piece } }, null)),
    chunk({ delta: {} }, reply.finishReason),
    ...usage,
  ];
}

function headOf(reply: Reply, suffix: '' | '.chunk'): object {
  // The completions API of OpenAI names its chunks like its bodies.
  const object = reply.api === 'chat' ? `chat.completion${suffix}` : 'text_completion';
  return { id: reply.id, object, created: reply.created, model: reply.model };
}
