import type { JsonObject } from '../core/json.ts';
import type { EndpointError } from './endpoint-error.ts';

/** What an endpoint was found not to take. Each switch goes one way and once. */
export interface Adaptation {
  readonly tokensField: 'max_tokens' | 'max_completion_tokens';
  readonly sendTemperature: boolean;
  readonly sendStreamOptions: boolean;
}

/** What every endpoint is asked with first. */
export const firstTry: Adaptation = {
  tokensField: 'max_tokens',
  sendTemperature: true,
  sendStreamOptions: true,
};

/**
 * The adaptation that answers exactly this refusal, or null where the refusal is about anything else or was answered before.
 * OpenAI's reasoning models want `max_completion_tokens` and their own temperature; some servers reject `stream_options`.
 */
export function adaptTo(error: EndpointError, now: Adaptation, extraBody: JsonObject): Adaptation | null {
  if (error.kind !== 'rejected' || (error.status !== 400 && error.status !== 422)) return null;
  const about = (name: string): boolean =>
    (error.param === name || error.message.includes(name)) && !(name in extraBody);
  if (
    now.tokensField === 'max_tokens' &&
    about('max_tokens') &&
    error.message.includes('max_completion_tokens')
  ) {
    return { ...now, tokensField: 'max_completion_tokens' };
  }
  if (now.sendStreamOptions && (about('stream_options') || about('include_usage'))) {
    return { ...now, sendStreamOptions: false };
  }
  // Only where any value is refused: a server that wants it above 0 must not be left to its own default in silence.
  const refusedWhole =
    error.providerCode?.startsWith('unsupported_') === true ||
    /unsupported|not support|only the default|deprecated|only 1\b|only be set to 1\b/i.test(error.message);
  if (now.sendTemperature && about('temperature') && refusedWhole) return { ...now, sendTemperature: false };
  return null;
}

/** What calls differ in from the first try, in the manifest's words. */
const adaptedWords = {
  tokensField: 'max_completion_tokens',
  sendTemperature: 'no temperature',
  sendStreamOptions: 'no stream_options',
} as const satisfies Record<keyof Adaptation, string>;

/** The words for all that an adaptation changed; empty where nothing was. */
export function adaptedOf(now: Adaptation): string[] {
  const keys = Object.keys(adaptedWords) as (keyof Adaptation)[];
  return keys.filter((key) => now[key] !== firstTry[key]).map((key) => adaptedWords[key]);
}

/** What changed between two adaptations, for the reader of a run; null where nothing did. */
export function describeAdaptation(before: Adaptation, after: Adaptation): string | null {
  const changes = [
    before.tokensField === after.tokensField ? null : 'the answer limit is sent as max_completion_tokens',
    before.sendTemperature === after.sendTemperature
      ? null
      : 'temperature is not sent: the provider uses its own',
    before.sendStreamOptions === after.sendStreamOptions
      ? null
      : 'stream_options is not sent: usage may be missing',
  ].filter((change) => change !== null);
  return changes.length === 0 ? null : changes.join('; ');
}
