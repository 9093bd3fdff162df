import { NeedlescopeError } from '../core/errors.ts';

/** An endpoint's address with everything secret taken out of it. */
export interface EndpointAddress {
  /** Without user, query and trailing slash: `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  /** `host:port`, for messages and rows. */
  readonly host: string;
  /** Where servers keep what is not part of the API: the URL without its `/v1`. */
  readonly root: string;
  /** Query parameters that every call carries (Azure's `api-version`, some gateways' keys). */
  readonly query: Readonly<Record<string, string>>;
  /** From `user:password@`, which fetch refuses to send by itself. */
  readonly basicAuth: string | null;
  /** Parts that no text may show. */
  readonly secrets: readonly string[];
}

/** Takes a `baseUrl` apart; throws `config_invalid` for anything but an http(s) URL. */
export function parseBaseUrl(baseUrl: string): EndpointAddress {
  const parsed = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new NeedlescopeError('config_invalid', 'baseUrl: expected an http:// or https:// URL', {
      hint: 'write it like http://127.0.0.1:8000/v1',
    });
  }
  const query = Object.fromEntries(parsed.searchParams);
  const user = decodeURIComponent(parsed.username);
  const password = decodeURIComponent(parsed.password);
  const basicAuth = user === '' && password === '' ? null : btoa(`${user}:${password}`);
  const url = `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
  return {
    url,
    host: parsed.host,
    root: url.replace(/\/v\d+$/, ''),
    query,
    basicAuth,
    secrets: [password, ...(basicAuth === null ? [] : [basicAuth, user]), ...Object.values(query)],
  };
}
