/** What is asked of an endpoint, the same of every tool. */
export interface Work {
  readonly contextLength: number;
  readonly depths: number;
  /** Needles of their own at each depth. */
  readonly trials: number;
  readonly concurrency: number;
  readonly baseUrl: string;
}

/** Requests that a work comes to. */
export function cellsOf({ depths, trials }: Pick<Work, 'depths' | 'trials'>): number {
  return depths * trials;
}
