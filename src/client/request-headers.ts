import { NeedlescopeError } from '../core/errors.ts';
import type { EndpointAddress } from './base-url.ts';

/**
 * The headers that every call to an endpoint carries: the key (or the URL's own user and password) and the user's own, which win.
 * Throws `config_invalid` for what cannot stand in a header, since the platform's own error would print the value.
 */
export function requestHeaders(
  address: EndpointAddress,
  apiKey: string | null,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const ownNames = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const authorization =
    apiKey !== null ? `Bearer ${apiKey}` : address.basicAuth === null ? null : `Basic ${address.basicAuth}`;
  const headers = {
    ...(ownNames.has('user-agent') ? {} : { 'User-Agent': 'needlescope' }),
    ...(ownNames.has('authorization') || authorization === null ? {} : { Authorization: authorization }),
    ...own,
  };
  for (const [name, value] of Object.entries(headers)) {
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value)) continue;
    const what = name === 'Authorization' ? 'the API key' : `header ${JSON.stringify(name)}`;
    throw new NeedlescopeError('config_invalid', `${what}: expected printable ASCII, got other characters`, {
      hint: 'look for line breaks, quotes or blanks that came along when it was copied',
    });
  }
  return headers;
}
