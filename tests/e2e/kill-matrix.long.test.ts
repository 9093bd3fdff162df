import { expect, test } from 'vitest';
import { type Random, randomStream } from '../../src/core/random.ts';
import { killAndResume, type Moment } from './kill-and-resume.ts';

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

function moments(random: Random): Moment[] {
  return random.shuffle([
    ...times(14, (): Moment => ({ kind: 'start', ms: random.below(700) })),
    ...times(18, (): Moment => ({ kind: 'call', ms: random.below(400) })),
    ...times(12, (): Moment => ({ kind: 'row', rows: 1 + random.below(4) })),
    ...times(6, (): Moment => ({ kind: 'manifest' })),
  ]);
}

test('kill -9 at 50 moments of a run of 200 cells, resumed each time: all there, nothing asked twice', async () => {
  const killed = await killAndResume({
    lengths: '600,700,800,900',
    depths: '0,25,50,75,100',
    trials: 10,
    cells: 200,
    latencyMs: 180,
    moments: moments(randomStream(7, 'kill')),
  });
  expect(killed.kills, JSON.stringify(killed)).toBe(50);
  expect(killed.withRows).toBeGreaterThanOrEqual(12);
});
