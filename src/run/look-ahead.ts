import { setTimeout as sleep } from 'node:timers/promises';
import type { Adaptation } from '../client/adapt.ts';
import { parseBaseUrl } from '../client/base-url.ts';
import { EndpointError } from '../client/endpoint-error.ts';
import { createEndpointClient, type ListedModel } from '../client/openai-client.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { formatLength } from '../core/length.ts';
import { nearest } from '../core/nearest.ts';
import { decideRetry } from './decide-retry.ts';

export interface Connection {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** What the provider is known to call the answer's limit. */
  readonly tokensField?: Adaptation['tokensField'];
}

/** How long the endpoint may take to list its models before the run goes on without. */
const listingSeconds = 15;
/** Without the list a run may have to ask for what the list would have told: a busy moment is waited out. */
const listingAttempts = 3;
const longestWaitMs = 3_000;

/**
 * The models an endpoint lists, without asking any of them anything; null where it has no such list. Throws
 * `endpoint_unreachable` where nothing answers, `endpoint_rejected` for a refused key.
 */
export async function listServedModels(connection: Connection): Promise<readonly ListedModel[] | null> {
  const client = createEndpointClient({ ...connection, timeoutSeconds: listingSeconds });
  try {
    for (let attempt = 1; ; attempt++) {
      const came = await client.listModels().catch((error: unknown) => {
        if (error instanceof EndpointError && !error.unreachable) return error;
        throw error;
      });
      if (!(came instanceof EndpointError)) return came;
      const { kind, retryAfterMs, unreachable, overloaded } = came;
      const decision = decideRetry({
        ...{ kind, retryAfterMs, unreachable, overloaded, attempt },
        answeredBefore: true,
        maxAttempts: listingAttempts,
        jitter: 1,
      });
      // What takes all its time or answers with something else has no list to wait for.
      const hasNone = kind === 'timeout' || kind === 'bad_response';
      if (hasNone || decision.action !== 'retry') throw came;
      await sleep(Math.min(decision.waitMs, longestWaitMs));
    }
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    if (error.unreachable) {
      throw new NeedlescopeError('endpoint_unreachable', error.message, {
        hint: 'start the server or correct baseUrl, then run the same command again: it resumes',
        cause: error,
      });
    }
    if (error.kind === 'auth') {
      throw new NeedlescopeError('endpoint_rejected', error.message, {
        hint: 'set apiKeyEnv (--api-key-env) to the environment variable that holds the key',
        cause: error,
      });
    }
    return null;
  } finally {
    await client.close();
  }
}

/** The one model a server has, when the user named none; throws `usage` where there are none or several. */
export function onlyModel(served: readonly ListedModel[] | null, baseUrl: string): ListedModel {
  const [first, ...others] = served ?? [];
  if (first !== undefined && others.length === 0) return first;
  const names = (served ?? []).map((model) => model.id);
  // What stands in front of an @ is a secret.
  const { url } = parseBaseUrl(baseUrl);
  throw new NeedlescopeError(
    'usage',
    names.length === 0
      ? `expected a model id, and ${url} lists no models to choose from`
      : `expected a model id, since ${url} serves ${names.length} models: ${names.slice(0, 12).join(', ')}`,
    { hint: `needlescope run --base-url ${url} --model ${names[0] ?? 'ID'}` },
  );
}

/** What a user should know before the run spends anything: a model that is not served, a window that is too small. */
export function servedWarnings(facts: {
  readonly name: string;
  readonly model: string;
  readonly served: readonly ListedModel[] | null;
  readonly window: number | null;
  readonly longest: number;
  /** How the server is given a larger one. */
  readonly fix: string;
}): string[] {
  const { name, model, served, window, longest, fix } = facts;
  const warnings: string[] = [];
  if (served !== null && served.length > 0 && !served.some(({ id }) => id === model)) {
    const close =
      nearest(
        model,
        served.map(({ id }) => id),
      ) ?? served[0]?.id;
    warnings.push(`${name}: the endpoint does not list ${model}; did you mean ${close}?`);
  }
  if (window !== null && window < longest) {
    warnings.push(
      `${name}: the endpoint serves ${window} tokens and the grid goes to ${formatLength(longest)}; longer cells will be recorded as overflow or truncated, not as misses; to change that: ${fix}`,
    );
  }
  return warnings;
}
