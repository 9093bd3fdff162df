/** What the command line needs of the process. `main.ts` fills it in; tests pass their own. */
export interface CliContext {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's cache folder for this program, absolute; it may not exist yet. */
  readonly cacheDir: string;
  /** The script that was started: what the demo starts again as its endpoint. */
  readonly entry: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Milliseconds since 1970, for dates. It may go back. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back, for durations. */
  readonly monotonicMs: () => number;
  /** Calls `handler` at each interrupt (Ctrl-C, SIGTERM, SIGHUP) and returns a way to stop listening. */
  onInterrupt(handler: () => void): () => void;
  /** Ends the process at once; for the second Ctrl-C when something will not let go. */
  exitNow(code: number): void;
}

export interface TextSink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Terminal width in columns; 80 where it is not known. */
  readonly columns: number;
}

/** How many colours the sink may be sent: none off a terminal and under NO_COLOR, unless FORCE_COLOR asks for them. */
export function colourDepth(sink: TextSink, env: CliContext['env']): 'none' | '16' | '256' | 'truecolor' {
  const forced = env['FORCE_COLOR'];
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return 'none';
  if (forced === '0' || (!sink.isTTY && (forced === undefined || forced === ''))) return 'none';
  if (forced === '3' || /truecolor|24bit/i.test(env['COLORTERM'] ?? '')) return 'truecolor';
  if (forced === '2' || /256/.test(env['TERM'] ?? '')) return '256';
  return env['TERM'] === 'dumb' && forced === undefined ? 'none' : '16';
}

/** Columns to draw for: the terminal's; off a terminal what COLUMNS says, 80 where it says nothing. */
export function drawingWidth(sink: TextSink, env: CliContext['env']): number {
  const asked = Number(env['COLUMNS']);
  return sink.isTTY || !Number.isInteger(asked) || asked < 1 ? sink.columns : asked;
}
