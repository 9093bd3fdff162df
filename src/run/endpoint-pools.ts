import { parseBaseUrl } from '../client/base-url.ts';
import { createEndpointPool, type EndpointPool } from './endpoint-pool.ts';
import type { Execution, ModelJob } from './job.ts';

/** Gives each model the pool of its endpoint. */
export type PoolOf = (job: Pick<ModelJob, 'baseUrl' | 'apiKey'>) => EndpointPool;

/**
 * One pool an endpoint, made when it is first asked for. An endpoint is an address and a key: limits are counted by account, and a
 * server's room is shared by all its models. Throws `config_invalid` for a URL that is none.
 */
export function createPools(execution: Execution): PoolOf {
  const pools = new Map<string, EndpointPool>();
  return ({ baseUrl, apiKey }) => {
    const { url, query, basicAuth } = parseBaseUrl(baseUrl);
    const endpoint = JSON.stringify([url, query, basicAuth, apiKey]);
    const pool = pools.get(endpoint) ?? createEndpointPool(execution);
    pools.set(endpoint, pool);
    return pool;
  };
}
