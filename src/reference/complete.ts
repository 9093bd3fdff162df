import type { Message } from '../core/sample.ts';
import { type Speech, speak } from './answer.ts';
import { type PromptCounter, templateTokens } from './count-tokens.ts';
import { keepEnds, keepTail } from './cut-prompt.ts';
import { readPrompt } from './read-prompt.ts';
import { limitSpeech, type Reply, usageOf } from './reply.ts';
import { type CompletionRequest, RequestError } from './request.ts';

/** Tokens of a request's prompt as this endpoint counts them, chat template included. */
export function countPrompt(request: CompletionRequest, counter: PromptCounter): number {
  const { api, messages } = request;
  return api === 'chat' ? counter.countMessages(messages) : contentTokens(messages, counter);
}

/**
 * Answers a request of `promptTokens` as its profile would. Throws a `RequestError` with status 400, in vLLM's words,
 * where prompt and answer together do not fit a window that refuses.
 */
export function complete(
  request: CompletionRequest,
  options: { promptTokens: number; counter: PromptCounter; id: string; created: number },
): Reply {
  const { promptTokens, counter, id, created } = options;
  const { profile, api, model, maxTokens } = request;
  const contextLength = promptTokens + (maxTokens ?? 0);
  const { messages, usedTokens } = fitWindow(request, { promptTokens, contextLength, counter });
  const reading = readPrompt(textUpToQuestion(messages));
  // Chat models answer in sentences of their own; only a base model goes on with what it was given.
  const speech: Speech = speak(profile, api === 'chat' ? { ...reading, stem: '' } : reading, contextLength);
  const { reasoning, text, finishReason, tokens } = limitSpeech(speech, {
    maxTokens,
    stop: request.stop,
    counter,
  });
  return { id, model, created, api, reasoning, text, finishReason, usage: usageOf(usedTokens, tokens) };
}

/** What is left of a prompt in its profile's window, and how many tokens of it the usage will own up to. */
function fitWindow(
  request: CompletionRequest,
  lengths: { promptTokens: number; contextLength: number; counter: PromptCounter },
): { messages: readonly Message[]; usedTokens: number } {
  const { messages, maxTokens } = request;
  const { overLength, window } = request.profile;
  const { promptTokens, contextLength, counter } = lengths;
  const limit = overLength.kind === 'refuse' ? window : overLength.limit;
  if (contextLength <= limit) return { messages, usedTokens: promptTokens };

  const template = templateOf(request);
  if (overLength.kind === 'refuse') throw tooLong(limit, promptTokens, contextLength);
  if (overLength.kind === 'keep-tail') {
    const kept = keepTail(messages, Math.max(0, limit - (maxTokens ?? 0) - template), counter);
    return { messages: kept, usedTokens: template + contentTokens(kept, counter) };
  }
  // What Ollama reports of a cut prompt, seen at several sizes: half the window and two tokens.
  const half = limit / 2 + 2;
  return { messages: keepEnds(messages, half - template, counter), usedTokens: half };
}

function tooLong(window: number, promptTokens: number, contextLength: number): RequestError {
  const message =
    `This model's maximum context length is ${window} tokens. However, you requested ${contextLength} tokens ` +
    `(${promptTokens} in the messages, ${contextLength - promptTokens} in the completion). ` +
    'Please reduce the length of the messages or completion.';
  return new RequestError(400, message, { type: 'BadRequestError', code: 400 });
}

function templateOf(request: CompletionRequest): number {
  return request.api === 'chat' ? templateTokens(request.messages.length) : 0;
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
