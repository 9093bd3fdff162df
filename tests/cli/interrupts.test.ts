import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { listenForInterrupts } from '../../src/cli/interrupts.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function listening() {
  let interrupt = (): void => {
    throw new Error('nobody listens');
  };
  const exits: number[] = [];
  const context = {
    stderr: { write: () => undefined },
    onInterrupt: (handler: () => void) => {
      interrupt = handler;
      return () => undefined;
    },
    exitNow: (code: number) => exits.push(code),
  } as unknown as CliContext;
  const interrupts = listenForInterrupts(context);
  const state = (): [boolean, boolean] => [interrupts.stop.aborted, interrupts.abort.aborted];
  return { interrupt: () => interrupt(), state, exits };
}

test('once stops, twice breaks off and ends within a second whatever hangs, thrice ends at once', () => {
  const { interrupt, state, exits } = listening();
  expect(state()).toEqual([false, false]);
  interrupt();
  expect(state()).toEqual([true, false]);
  vi.advanceTimersByTime(60_000);
  expect([state(), exits]).toEqual([[true, false], []]);
  interrupt();
  expect([state(), exits]).toEqual([[true, true], []]);
  vi.advanceTimersByTime(100);
  interrupt();
  expect(exits).toEqual([130]);
  vi.advanceTimersByTime(899);
  expect(exits).toEqual([130, 130]);
});

test('a wish that comes twice in a moment is one', () => {
  const { interrupt, state } = listening();
  interrupt();
  vi.advanceTimersByTime(5);
  interrupt();
  expect(state()).toEqual([true, false]);
  vi.advanceTimersByTime(100);
  interrupt();
  expect(state()).toEqual([true, true]);
});
