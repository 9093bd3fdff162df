import type { CliContext } from './context.ts';

const secretNames = /key|token|secret|passw|auth|credential|cookie/i;
const leastChars = 8;
/** Nothing of this length without blanks and slashes is a word, a path or a setting. */
const leastOpaqueChars = 16;

/** Up to the last @ of a word: a password that nobody escaped may hold slashes and more of them. */
const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s'"`<>]+@/gi;
const queryKeys = /([?&](?:[\w-]*key|[\w-]*token|secret|password|sig|signature|code)=)[^&\s'"#]+/gi;

/**
 * A last net under whatever goes to a screen or a log: takes user and password out of addresses, the values of keys out of their
 * queries, and the values of environment variables that are named like secrets. `everyOpaque`: also every value that looks like one,
 * whatever its name; for the report of a bug, which may show anything.
 */
export function createHideSecrets(
  env: CliContext['env'],
  { everyOpaque = false }: { readonly everyOpaque?: boolean } = {},
): (text: string) => string {
  const values = Object.entries(env)
    .filter((entry): entry is [string, string] => isSecret(entry, everyOpaque))
    .map(([, value]) => value.trim())
    .sort((a, b) => b.length - a.length);
  return (text) =>
    values
      .reduce((rest, value) => rest.replaceAll(value, '[redacted]'), text)
      .replace(userInfo, '$1[redacted]@')
      .replace(queryKeys, '$1[redacted]');
}

function isSecret([name, value]: [string, string | undefined], everyOpaque: boolean): boolean {
  const text = value?.trim() ?? '';
  // The path of a socket or a key file is none.
  if (text.length < leastChars || text.startsWith('/')) return false;
  if (secretNames.test(name)) return true;
  return everyOpaque && text.length >= leastOpaqueChars && !/[\s/\\]/.test(text);
}
