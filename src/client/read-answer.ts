import type { Completion, Usage } from '../core/completion.ts';
import { EndpointError } from './endpoint-error.ts';
import { countOf, fieldOf, listOf, stringOf } from './json-fields.ts';
import { joinThoughts, splitThoughts } from './thoughts.ts';

/** What has come of an answer so far; grows chunk by chunk, or holds a whole answer at once. */
export interface AnswerParts {
  text: string;
  reasoning: string;
  finishReason: string | null;
  servedModel: string | null;
  usage: Usage;
  /** Whether any chunk held a choice: an answer without one is no answer. */
  answered: boolean;
}

/** An answer of which nothing has come yet. */
export function emptyAnswer(): AnswerParts {
  return {
    text: '',
    reasoning: '',
    finishReason: null,
    servedModel: null,
    usage: { promptTokens: null, completionTokens: null, cachedTokens: null },
    answered: false,
  };
}

/**
 * Adds one streamed chunk or one whole answer, chat or completions, to `parts`. Returns whether it brought text or
 * thoughts: the first that does marks the time to first token.
 */
export function addAnswer(parts: AnswerParts, value: unknown): boolean {
  parts.servedModel = stringOf(fieldOf(value, 'model')) ?? parts.servedModel;
  const usage = fieldOf(value, 'usage') ?? fieldOf(fieldOf(value, 'x_groq'), 'usage');
  if (usage !== undefined && usage !== null) parts.usage = readUsage(usage, parts.usage);

  const choice = listOf(fieldOf(value, 'choices'))[0];
  if (choice === undefined) return false;
  parts.answered = true;
  parts.finishReason = reasonOf(fieldOf(choice, 'finish_reason')) ?? parts.finishReason;
  const message = fieldOf(choice, 'delta') ?? fieldOf(choice, 'message');
  const content = readContent(fieldOf(message, 'content') ?? fieldOf(choice, 'text'));
  const text = content.text === '' ? (stringOf(fieldOf(message, 'refusal')) ?? '') : content.text;
  const reasoning =
    stringOf(fieldOf(message, 'reasoning_content')) ??
    stringOf(fieldOf(message, 'reasoning')) ??
    content.reasoning;
  parts.text += text;
  parts.reasoning += reasoning;
  return text !== '' || reasoning !== '';
}

/** A failure of the endpoint, told as the finish reason of a 200: Zhipu, OpenRouter, DeepSeek, vLLM and SGLang. */
const brokenOff: ReadonlySet<string> = new Set([
  'network_error',
  'error',
  'insufficient_system_resource',
  'abort',
  'aborted',
]);

/** A finished answer with its thoughts taken apart; throws where the endpoint itself says that it broke off. */
export function finishAnswer(
  parts: AnswerParts,
  times: { readonly ttftMs: number | null; readonly latencyMs: number },
): Completion {
  if (parts.finishReason !== null && brokenOff.has(parts.finishReason)) {
    throw new EndpointError(`the endpoint broke off with finish reason ${parts.finishReason}`, {
      kind: 'server',
      code: 'bad_response',
      providerCode: parts.finishReason,
    });
  }
  const split = splitThoughts(parts.text);
  return {
    text: split.text,
    reasoning: joinThoughts([parts.reasoning, split.reasoning]),
    finishReason: parts.finishReason,
    servedModel: parts.servedModel,
    usage: parts.usage,
    ttftMs: times.ttftMs,
    latencyMs: times.latencyMs,
  };
}

/** Content comes as a string, or (Mistral) as a list of parts of which some are thoughts. */
function readContent(content: unknown): { readonly text: string; readonly reasoning: string } {
  if (typeof content === 'string') return { text: content, reasoning: '' };
  let text = '';
  let reasoning = '';
  for (const part of listOf(content)) {
    text += stringOf(fieldOf(part, 'text')) ?? '';
    const thinking = fieldOf(part, 'thinking');
    reasoning +=
      typeof thinking === 'string'
        ? thinking
        : listOf(thinking)
            .map((inner) => stringOf(fieldOf(inner, 'text')) ?? '')
            .join('');
  }
  return { text, reasoning };
}

/** DashScope streams the word `null` for as long as an answer goes on. */
function reasonOf(value: unknown): string | null {
  const reason = stringOf(value);
  return reason === 'null' ? null : reason;
}

/**
 * Usage in the dialects of OpenAI, DeepSeek and Moonshot; what one report leaves out stays as `before`. No prompt has
 * 0 tokens: servers that send 0 do not count.
 */
function readUsage(usage: unknown, before: Usage): Usage {
  const prompt = countOf(fieldOf(usage, 'prompt_tokens') ?? fieldOf(usage, 'input_tokens'), 1);
  const cached = countOf(
    fieldOf(fieldOf(usage, 'prompt_tokens_details'), 'cached_tokens') ??
      fieldOf(usage, 'prompt_cache_hit_tokens') ??
      fieldOf(usage, 'cached_tokens'),
  );
  // More of a prompt cached than there is of it: the count leaves the cached part out, and must not pass for a cut.
  const whole = prompt !== null && cached !== null && cached > prompt ? prompt + cached : prompt;
  return {
    promptTokens: whole ?? before.promptTokens,
    completionTokens:
      countOf(fieldOf(usage, 'completion_tokens') ?? fieldOf(usage, 'output_tokens')) ??
      before.completionTokens,
    cachedTokens: cached ?? before.cachedTokens,
  };
}
