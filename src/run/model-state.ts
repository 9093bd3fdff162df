import { createEndpointClient, type EndpointClient } from '../client/openai-client.ts';
import type { CutWatch } from './canary.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import type { Execution, ModelJob, RunEvent } from './job.ts';

/** What a run has learned of one model while asking it. */
export interface ModelState {
  readonly job: ModelJob;
  readonly client: EndpointClient;
  /** Shared with the other models of its endpoint. */
  readonly pool: EndpointPool;
  /** Whether its endpoint has answered anything in this run. */
  answeredBefore: boolean;
  /** The first call goes alone while the template's overhead is not known. */
  alone: 'needed' | 'running' | 'over';
  /** The window the endpoint named when it refused a prompt, and the shortest prompt it refused, in tokens. */
  refused: { readonly servedWindow: number; readonly promptTokens: number } | null;
  /** Whether prompts are cut, where no usage tells; null: nobody looks. */
  cuts: CutWatch | null;
  /** Cells in a row that could be neither answered nor refused. */
  strandedCells: number;
  /** Aborted when no further call can fare better. */
  readonly over: AbortController;
  /** `over`, or the end of the whole run's calls. */
  readonly halt: AbortSignal;
}

/** The state of a model that has not been asked yet. */
export function createModelState(
  job: ModelJob,
  execution: Execution,
  options: {
    readonly halt: AbortSignal;
    readonly pool: EndpointPool;
    readonly emit: (event: RunEvent) => void;
  },
): ModelState {
  const over = new AbortController();
  const { baseUrl, apiKey, headers, tokensField } = job;
  const { timeoutSeconds } = execution;
  const onAdapt = (message: string, adapted: readonly string[]): void => {
    options.emit({ type: 'warning', message });
    options.emit({ type: 'adapted', model: job.name, message });
    job.learnAdapted?.(adapted);
  };
  return {
    job,
    client: createEndpointClient({
      baseUrl,
      apiKey,
      headers,
      timeoutSeconds,
      onAdapt,
      ...(tokensField === undefined ? {} : { tokensField }),
    }),
    pool: options.pool,
    answeredBefore: false,
    alone: job.overheadUnknown ? 'needed' : 'over',
    refused: null,
    cuts: null,
    strandedCells: 0,
    over,
    halt: AbortSignal.any([over.signal, options.halt]),
  };
}
