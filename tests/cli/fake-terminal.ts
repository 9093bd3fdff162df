import type { CliContext } from '../../src/cli/context.ts';

export interface FakeTerminal {
  readonly context: CliContext;
  /** Everything written to stderr, in pieces. */
  readonly written: readonly string[];
  /** Moves the clock that never goes back, and the other one with it. */
  tick(ms: number): void;
  /** Sets the clock of dates back. */
  setBack(ms: number): void;
}

/** A context whose stderr is kept and whose clocks move when they are told to. */
export function fakeTerminal(
  options: { readonly isTTY?: boolean; readonly columns?: number; readonly env?: CliContext['env'] } = {},
): FakeTerminal {
  const written: string[] = [];
  const { isTTY = false, columns = 80, env = {} } = options;
  const sink = { write: (text: string) => void written.push(text), isTTY, columns };
  let wall = Date.parse('2026-03-01T12:00:00.000Z');
  let clock = 1_000;
  return {
    context: {
      argv: [],
      env,
      cwd: '/',
      cacheDir: '/cache',
      entry: '',
      stdout: sink,
      stderr: sink,
      now: () => wall,
      monotonicMs: () => clock,
      onInterrupt: () => () => {},
      exitNow: () => {},
    },
    written,
    tick: (ms) => {
      clock += ms;
      wall += ms;
    },
    setBack: (ms) => {
      wall -= ms;
    },
  };
}
