import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAhead } from '../../src/run/build-ahead.ts';
import type { BuiltPrompt } from '../../src/run/job.ts';
import type { Turn } from '../../src/run/lanes.ts';
import { createLanes } from '../../src/run/lanes.ts';

/** Turns of a model whose layouts are counted; `state` is what answers may change. */
function model(count: number, options: { readonly fails?: boolean } = {}) {
  const now = { state: 'first' as string | null };
  const built: string[] = [];
  const over = new AbortController();
  const turns = Array.from(
    { length: count },
    (_, i) =>
      ({
        state: {
          job: { layoutState: () => now.state },
          halt: over.signal,
          over,
          pool: null,
          alone: 'over',
        } as unknown as Turn['state'],
        planned: {
          key: `k${i}`,
          build: async () => {
            built.push(`k${i} ${now.state}`);
            if (options.fails) throw new RangeError('no room');
            return { text: `k${i} ${now.state}` } as unknown as BuiltPrompt;
          },
        } as unknown as Turn['planned'],
      }) satisfies Turn,
  );
  return { now, built, over, turns };
}

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await wait(1);
};
const textOf = async (prompt: Promise<BuiltPrompt>): Promise<string> => String((await prompt).text);

test('prompts are laid out before their turn, in order and once, and taken as they are', async () => {
  const { built, turns } = model(3);
  const ahead = createAhead(2);
  ahead.start(turns.slice(0, 2));
  ahead.start(turns);
  await until(() => built.length === 3);
  expect(await Promise.all(turns.map((turn) => textOf(ahead.take(turn))))).toEqual([
    'k0 first',
    'k1 first',
    'k2 first',
  ]);
  expect(built).toEqual(['k0 first', 'k1 first', 'k2 first']);
});

test('what an answer has changed since is laid out anew', async () => {
  const { now, built, turns } = model(2);
  const ahead = createAhead(2);
  ahead.start(turns);
  await until(() => built.length === 2);
  now.state = 'second';
  expect(await textOf(ahead.take(turns[0] as Turn))).toBe('k0 second');
});

test('a turn that is taken first is laid out by whoever takes it, and not twice', async () => {
  const { built, turns } = model(1);
  const ahead = createAhead(2);
  ahead.start(turns);
  expect(await textOf(ahead.take(turns[0] as Turn))).toBe('k0 first');
  await wait(10);
  expect(built).toHaveLength(1);
});

test('nothing is laid out where a server would be asked, nor after the end', async () => {
  const { now, built, over, turns } = model(2);
  const ahead = createAhead(2);
  now.state = null;
  ahead.start(turns);
  now.state = 'first';
  ahead.start(turns.slice(0, 1));
  over.abort();
  await wait(10);
  expect(built).toEqual([]);
  expect(await textOf(ahead.take(turns[1] as Turn))).toBe('k1 first');
});

test('a layout that fails is an error for whoever takes it only', async () => {
  const { built, turns } = model(1, { fails: true });
  const ahead = createAhead(2);
  ahead.start(turns);
  await until(() => built.length === 1);
  await wait(10);
  await expect(ahead.take(turns[0] as Turn)).rejects.toThrow('no room');
});

test('what is upcoming stays where it is', () => {
  const { turns } = model(3);
  const lanes = createLanes([
    { state: (turns[0] as Turn).state, cells: turns.map(({ planned }) => planned) },
  ]);
  const keys = (of: readonly Turn[]): string[] => of.map(({ planned }) => planned.key);
  expect(keys(lanes.upcoming(2))).toEqual(['k0', 'k1']);
  lanes.next();
  expect(keys(lanes.upcoming(2))).toEqual(['k1', 'k2']);
  lanes.next();
  lanes.next();
  expect([lanes.upcoming(2), lanes.next()]).toEqual([[], null]);
});
