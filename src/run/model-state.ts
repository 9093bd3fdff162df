import { createEndpointClient, type EndpointClient } from '../client/openai-client.ts';
import type { Execution, ModelJob } from './job.ts';

/** What a run has learned of one model while asking it. */
export interface ModelState {
  readonly job: ModelJob;
  readonly client: EndpointClient;
  /** Whether its endpoint has answered anything in this run. */
  answeredBefore: boolean;
  /** The first call goes alone while the template's overhead is not known. */
  alone: 'needed' | 'running' | 'over';
  /** The window the endpoint named when it refused a prompt, and the shortest prompt it refused, in tokens. */
  refused: { readonly servedWindow: number; readonly promptTokens: number } | null;
  /** Cells in a row that could not reach the endpoint. */
  unreachableCells: number;
  /** Aborted when no further call can fare better. */
  readonly over: AbortController;
  /** `over`, or the end of the whole run's calls. */
  readonly halt: AbortSignal;
}

/** The state of a model that has not been asked yet. */
export function createModelState(
  job: ModelJob,
  execution: Execution,
  options: { readonly halt: AbortSignal; readonly onAdapt: (message: string) => void },
): ModelState {
  const over = new AbortController();
  const { baseUrl, apiKey, headers } = job;
  const { timeoutSeconds } = execution;
  return {
    job,
    client: createEndpointClient({ baseUrl, apiKey, headers, timeoutSeconds, onAdapt: options.onAdapt }),
    answeredBefore: false,
    alone: job.overheadUnknown ? 'needed' : 'over',
    refused: null,
    unreachableCells: 0,
    over,
    halt: AbortSignal.any([over.signal, options.halt]),
  };
}
