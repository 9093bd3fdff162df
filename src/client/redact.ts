import type { Completion } from '../core/completion.ts';

/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/** Words of an Authorization header that are no secret. */
const schemes: ReadonlySet<string> = new Set(['bearer', 'basic', 'token', 'apikey', 'api-key']);

const leastChars = 4;
/** What looks like a key. A shorter one may be a word or a number of the answer, which is evidence and must stand as it came. */
const leastKeyChars = 8;

/**
 * A function that replaces every occurrence of the secrets, raw, URL-encoded or inside JSON, by `[redacted]`. Secrets under four
 * characters are left alone: they would blank out ordinary words.
 */
export function createRedact(secrets: readonly string[]): Redact {
  return replacing(secrets, leastChars);
}

/**
 * A function that takes the secrets out of an answer: a server or model may echo what it was called with. Only what is as long as a
 * key (eight characters) is replaced.
 */
export function createRedactCompletion(secrets: readonly string[]): (completion: Completion) => Completion {
  const redact = replacing(secrets, leastKeyChars);
  const maybe = (text: string | null): string | null => (text === null ? null : redact(text));
  return (completion) => ({
    ...completion,
    text: redact(completion.text),
    reasoning: maybe(completion.reasoning),
    finishReason: maybe(completion.finishReason),
    servedModel: maybe(completion.servedModel),
  });
}

function replacing(secrets: readonly string[], least: number): Redact {
  const parts = secrets
    .flatMap((secret) => [secret, ...secret.split(/\s+/)])
    .filter((secret) => secret.length >= least && !schemes.has(secret.toLowerCase()))
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  const longestFirst = [...new Set(parts)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
