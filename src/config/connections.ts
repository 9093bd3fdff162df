import type { Provider } from '../models/provider.ts';
import type { Problem } from './explain.ts';

/** How a model is reached. Kept apart from the config, because it holds secrets. */
export interface Connection {
  /** Without a slash at its end; null: the embedded known-answer endpoint, or a plan that needs none. */
  readonly baseUrl: string | null;
  /** The key itself. Never stored, logged or thrown. */
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What the provider is known to call the answer's limit; without it the endpoint is asked as most want it. */
  readonly tokensField?: Provider['tokensField'];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What one model's connection is made of, as written. */
export interface ConnectionRequest {
  /** Where its keys stand, for messages. */
  readonly path: readonly PropertyKey[];
  readonly baseUrl: string | null;
  readonly apiKeyEnv: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly tokensField: Provider['tokensField'] | null;
  /** The model may do without an address or key: it is simulated, or nothing will be called. */
  readonly optional: { readonly baseUrl: boolean; readonly apiKey: boolean };
}

/** A connection, or what stands in its way; `environment` marks a variable that is not set. */
export interface ConnectionOutcome {
  readonly connection: Connection;
  readonly problems: readonly (Problem & { readonly environment: boolean })[];
}

/** Fills `${NAME}` and the key from the environment. No text that came from there ends up in a problem. */
export function connect(request: ConnectionRequest, env: Environment): ConnectionOutcome {
  const problems: (Problem & { environment: boolean })[] = [];
  const problem = (name: string, text: string, environment = false): void => {
    problems.push({ path: [...request.path, name], text, environment });
  };
  const fill = (name: string, written: string): string => {
    const { text, missing } = substitute(written, env);
    for (const variable of missing) {
      problem(name, `expected the environment variable ${variable}, which is not set`, true);
    }
    return text;
  };

  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, written]) => [name, fill('headers', written)]),
  );
  if (Object.values(headers).some((value) => /[\r\n\0]/.test(value))) {
    problem('headers', 'expected header values of one line, got a line break');
  }

  let baseUrl: string | null = null;
  if (request.baseUrl !== null) {
    const before = problems.length;
    const filled = fill('baseUrl', request.baseUrl).trim().replace(/\/+$/, '');
    const wrong = problems.length > before ? null : urlProblem(filled);
    if (wrong !== null) problem('baseUrl', wrong);
    else baseUrl = filled;
  } else if (!request.optional.baseUrl) {
    problem('baseUrl', 'expected the address of an endpoint (or --base-url, --provider), got nothing');
  }

  let apiKey: string | null = null;
  if (request.apiKeyEnv !== null) {
    apiKey = env[request.apiKeyEnv]?.trim() || null;
    if (apiKey === null && !request.optional.apiKey) {
      problem('apiKeyEnv', `expected the environment variable ${request.apiKeyEnv}, which is not set`, true);
    }
  }
  const { tokensField } = request;
  const connection = { baseUrl, apiKey, headers, ...(tokensField === null ? {} : { tokensField }) };
  return { connection, problems };
}

/** Host and port of an address; null where there is none. */
export function hostOf(baseUrl: string | null): string | null {
  return baseUrl !== null && URL.canParse(baseUrl) ? new URL(baseUrl).host : null;
}

function substitute(
  written: string,
  env: Environment,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const text = written.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') missing.push(name);
    return value ?? '';
  });
  return { text, missing };
}

/** What is wrong with an address, without showing it: it may hold a password. */
function urlProblem(text: string): string | null {
  if (!URL.canParse(text))
    return 'expected an address that starts with http:// or https://, got another text';
  const { protocol, pathname, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return `expected an address that starts with http:// or https://, got ${protocol}`;
  }
  if (/\/(?:chat\/)?completions$/.test(pathname)) {
    return 'expected the address up to and without /chat/completions, got the whole';
  }
  return search === '' && hash === '' ? null : 'expected an address without ? and #, got one with them';
}
