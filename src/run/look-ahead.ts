import { EndpointError } from '../client/endpoint-error.ts';
import { createEndpointClient, type ListedModel } from '../client/openai-client.ts';
import { NeedlescopeError } from '../core/errors.ts';
import { formatLength } from '../core/length.ts';
import { nearest } from '../core/nearest.ts';

export interface Connection {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** How long the endpoint may take to list its models before the run goes on without. */
const listingSeconds = 15;

/**
 * The models an endpoint lists, without asking any of them anything; null where it has no such list. Throws
 * `endpoint_unreachable` where nothing answers, `endpoint_rejected` for a refused key.
 */
export async function listServedModels(connection: Connection): Promise<readonly ListedModel[] | null> {
  const client = createEndpointClient({ ...connection, timeoutSeconds: listingSeconds });
  try {
    return await client.listModels();
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
  throw new NeedlescopeError(
    'usage',
    names.length === 0
      ? `expected a model id, and ${baseUrl} lists no models to choose from`
      : `expected a model id, since ${baseUrl} serves ${names.length} models: ${names.slice(0, 12).join(', ')}`,
    { hint: `needlescope run --base-url ${baseUrl} --model ${names[0] ?? 'ID'}` },
  );
}

/** What a user should know before the run spends anything: a model that is not served, a window that is too small. */
export function servedWarnings(facts: {
  readonly name: string;
  readonly model: string;
  readonly served: readonly ListedModel[] | null;
  readonly window: number | null;
  readonly longest: number;
}): string[] {
  const { name, model, served, window, longest } = facts;
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
      `${name}: the endpoint serves ${window} tokens and the grid goes to ${formatLength(longest)}; longer cells will be recorded as overflow, not as misses`,
    );
  }
  return warnings;
}
