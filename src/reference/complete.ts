import type { Message } from '../core/sample.ts';
import { type Speech, speak } from './answer.ts';
import { type PromptCounter, templateTokens } from './count-tokens.ts';
import { keepEnds, keepTail } from './cut-prompt.ts';
import type { Dress } from './dress.ts';
import { readPrompt } from './read-prompt.ts';
import { limitSpeech, type Reply, usageOf } from './reply.ts';
import { type CompletionRequest, DressedError } from './request.ts';

/** Tokens of a request's prompt as this endpoint counts them, chat template included. */
export function countPrompt(request: CompletionRequest, counter: PromptCounter): number {
  const { api, messages, served } = request;
  return api === 'chat' ? counter.countMessages(messages, served.template) : contentTokens(messages, counter);
}

/**
 * Answers a request of `promptTokens` as its profile would. Throws a `DressedError` where it does not fit a window that refuses.
 */
export function complete(
  request: CompletionRequest,
  options: { promptTokens: number; counter: PromptCounter; id: string; created: number; dress: Dress },
): Reply {
  const { promptTokens, counter, id, created, dress } = options;
  const { api, maxTokens, served } = request;
  const { profile } = served;
  const contextLength = promptTokens + (maxTokens ?? 0);
  const { messages, usedTokens } = fitWindow(request, { promptTokens, contextLength, counter, dress });
  const reading = readPrompt(textUpToQuestion(messages));
  // Chat models answer in sentences of their own; only a base model goes on with what it was given.
  const speech: Speech = speak(profile, api === 'chat' ? { ...reading, stem: '' } : reading, contextLength);
  const { reasoning, text, finishReason, tokens } = limitSpeech(speech, {
    maxTokens,
    stop: request.stop,
    counter,
  });
  const usage = usageOf(usedTokens, tokens);
  const told = dress.usage(usage);
  return { id, model: served.is, created, api, reasoning, text, finishReason, usage, told };
}

/** What is left of a prompt in its profile's window, and how many tokens of it the usage will own up to. */
function fitWindow(
  request: CompletionRequest,
  lengths: { promptTokens: number; contextLength: number; counter: PromptCounter; dress: Dress },
): { messages: readonly Message[]; usedTokens: number } {
  const { messages, maxTokens } = request;
  const { overLength, window } = request.served.profile;
  const { promptTokens, contextLength, counter, dress } = lengths;
  const limit = overLength.kind === 'refuse' ? window : overLength.limit;
  const needed = overLength.kind === 'refuse' && dress.fits === 'prompt' ? promptTokens : contextLength;
  if (needed <= limit) return { messages, usedTokens: promptTokens };

  const template = templateOf(request);
  if (overLength.kind === 'refuse') {
    throw new DressedError(dress.refuse({ window: limit, promptTokens, maxTokens: maxTokens ?? 0 }));
  }
  if (overLength.kind === 'keep-tail') {
    const kept = keepTail(messages, Math.max(0, limit - (maxTokens ?? 0) - template), counter);
    return { messages: kept, usedTokens: template + contentTokens(kept, counter) };
  }
  // What Ollama reports of a cut prompt, seen at several sizes: half the window and two tokens.
  const half = limit / 2 + 2;
  return { messages: keepEnds(messages, half - template, counter), usedTokens: half };
}

function templateOf(request: CompletionRequest): number {
  return request.api === 'chat' ? templateTokens(request.messages.length, request.served.template) : 0;
}

function contentTokens(messages: readonly Message[], counter: PromptCounter): number {
  return messages.reduce((sum, { content }) => sum + counter.count(content), 0);
}

/** All that was said up to the user's last message, which holds the question or follows the text it is about. */
function textUpToQuestion(messages: readonly Message[]): string {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const read = last < 0 ? messages : messages.slice(0, last + 1);
  return read.length === 1 ? (read[0]?.content ?? '') : read.map(({ content }) => content).join('\n\n');
}
