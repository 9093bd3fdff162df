/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

/**
 * A function that replaces every occurrence of the secrets, raw or URL-encoded, by `[redacted]`. Secrets under four
 * characters are left alone: they would blank out ordinary words.
 */
export function createRedact(secrets: readonly string[]): Redact {
  const parts = secrets
    .flatMap((secret) => [secret, ...secret.split(/\s+/)])
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const longestFirst = [...new Set(parts)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
