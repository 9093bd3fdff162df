import { type Child, startChild } from '../child.ts';

/** What the endpoint saw. Times in milliseconds of its own clock. */
export interface SinkCounts {
  readonly requests: number;
  readonly bytes: number;
  /** When the first and the last request came, and the last answer went. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly endMs: number;
  readonly mostInFlight: number;
  /** The time that all requests together were held. */
  readonly heldMs: number;
}

/** An endpoint in a process of its own, the same for every tool that is measured. */
export interface Sink {
  /** The base URL of one that waits and that reports a usage of `promptTokens`. */
  url(options: { readonly waitMs: number; readonly promptTokens: number }): string;
  /** What came since it was last asked. */
  counts(): Promise<SinkCounts>;
  stop(): void;
}

/** Starts the endpoint. */
export async function startSink(): Promise<Sink> {
  const child: Child = startChild('runner/sink');
  const { origin } = (await child.line()) as { readonly origin: string };
  return {
    url: ({ waitMs, promptTokens }) => `${origin}/${waitMs}/${promptTokens}/v1`,
    counts: async () => (await (await fetch(`${origin}/counts`)).json()) as SinkCounts,
    stop: () => child.stop(),
  };
}
