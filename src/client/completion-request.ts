import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/sample.ts';
import type { Adaptation } from './adapt.ts';

/** One question to one model. */
export interface CompletionRequest {
  readonly api: 'chat' | 'completions';
  /** The id sent. */
  readonly model: string;
  /** For `api: chat`. */
  readonly messages: readonly Message[];
  /** For `api: completions`. */
  readonly text: string;
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
}

/** The JSON body of a request, as far as the endpoint takes it. */
export function requestBody(request: CompletionRequest, adaptation: Adaptation): Record<string, unknown> {
  const { extraBody, stream } = request;
  const limited = 'max_tokens' in extraBody || 'max_completion_tokens' in extraBody;
  return {
    model: request.model,
    ...(request.api === 'chat' ? { messages: request.messages } : { prompt: request.text }),
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

/** The older API never took the newer name. */
function tokensField(request: CompletionRequest, adaptation: Adaptation): Adaptation['tokensField'] {
  return request.api === 'chat' ? adaptation.tokensField : 'max_tokens';
}
