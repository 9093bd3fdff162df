import type { JsonObject } from '../core/json.ts';
import type { PromptMessage } from '../core/sample.ts';
import type { SlicedText } from '../core/sliced-text.ts';
import type { Adaptation } from './adapt.ts';
import type { RateLimits } from './rate-limits.ts';

/** One question to one model. */
export interface CompletionRequest {
  readonly api: 'chat' | 'completions';
  /** The id sent. */
  readonly model: string;
  /** For `api: chat`. */
  readonly messages: readonly PromptMessage[];
  /** For `api: completions`. */
  readonly text: string | SlicedText;
  readonly maxTokens: number;
  /** null: not sent. */
  readonly temperature: number | null;
  /** Stop sequences, for `api: completions`. */
  readonly stop: readonly string[];
  /** Sent as it is; its keys win over ours. */
  readonly extraBody: JsonObject;
  readonly stream: boolean;
  /** Breaks the call off. */
  readonly signal?: AbortSignal;
  /** Told of each request that goes out: more than one where the endpoint does not take a parameter. */
  readonly onRequest?: () => void;
  /** Told what the headers of an answer, good or bad, say of the endpoint's limits. */
  readonly onLimits?: (limits: RateLimits) => void;
}

/** The JSON body of a request, as far as the endpoint takes it; `place` says what stands in it for each text. */
export function requestBody(
  request: CompletionRequest,
  adaptation: Adaptation,
  place: (text: string | SlicedText) => string,
): Record<string, unknown> {
  const { extraBody, stream } = request;
  const limited = 'max_tokens' in extraBody || 'max_completion_tokens' in extraBody;
  return {
    model: request.model,
    ...promptField(request, place),
    ...(limited ? {} : { [tokensField(request, adaptation)]: request.maxTokens }),
    ...(request.temperature !== null && adaptation.sendTemperature
      ? { temperature: request.temperature }
      : {}),
    ...(request.api === 'completions' && request.stop.length > 0 ? { stop: request.stop } : {}),
    stream,
    ...(stream && adaptation.sendStreamOptions ? { stream_options: { include_usage: true } } : {}),
    ...extraBody,
  };
}

/** Nothing where `extraBody` brings a prompt of its own: a text that is placed must be sent. */
function promptField(
  { api, messages, text, extraBody }: CompletionRequest,
  place: (text: string | SlicedText) => string,
): Record<string, unknown> {
  if (api === 'chat') {
    if ('messages' in extraBody) return {};
    return { messages: messages.map((message) => ({ ...message, content: place(message.content) })) };
  }
  return 'prompt' in extraBody ? {} : { prompt: place(text) };
}

/** The older API never took the newer name. */
function tokensField(request: CompletionRequest, adaptation: Adaptation): Adaptation['tokensField'] {
  return request.api === 'chat' ? adaptation.tokensField : 'max_tokens';
}
