import { expect, test } from 'vitest';
import {
  knownAnswerModels,
  plantedOutcome,
  plantedVisible,
  profileOfModel,
  profiles,
} from '../../src/reference/profiles.ts';

const twelve = [0, 9, 18, 27, 36, 45, 55, 64, 73, 82, 91, 100];
const deepSeekLengths = [1, 12, 24, 35, 47, 58, 70, 81, 93, 104, 116, 128].map(
  (thousands) => thousands * 1_000,
);

test('the published chart is missed at its four places and nowhere else', () => {
  for (const depths of [twelve, twelve.map((_, i) => (i / 11) * 100)]) {
    const missed = deepSeekLengths.flatMap((contextLength) =>
      depths
        .filter(
          (percent) =>
            !plantedVisible('published-deepseek-v2-cells', { contextLength, depth: percent / 100 }),
        )
        .map((percent) => `${contextLength}@${Math.round(percent)}`),
    );
    expect(missed).toEqual(['35000@27', '35000@36', '35000@64', '104000@45']);
  }
});

test('fade-64k sees all to 64K and a shrinking end beyond', () => {
  const seenAt = (contextLength: number) =>
    twelve.filter((percent) => plantedVisible('fade-64k', { contextLength, depth: percent / 100 })).length;
  const lengths = [1_000, 64_000, 65_536, 80_000, 96_000, 128_000, 256_000, 512_000, 1_000_000];
  const counts = lengths.map(seenAt);
  expect(counts.slice(0, 3)).toEqual([12, 12, 12]);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(counts[5]).toBe(6);
  expect(counts.at(-1)).toBe(1);
});

test('windows refuse or cut what is longer, and only that', () => {
  const at = (name: string, contextLength: number) => plantedOutcome(name, { contextLength, depth: 0.5 });
  expect(at('window-8k', 8_192)).toBe('found');
  expect(at('window-8k', 8_193)).toBe('overflow');
  expect(at('perfect', 131_072)).toBe('found');
  expect(at('perfect', 131_073)).toBe('overflow');
  expect(at('perfect-1m', 1_048_576)).toBe('found');
  for (const name of ['truncates-8k', 'halves']) {
    expect(at(name, 8_192)).toBe('found');
    expect(at(name, 8_193)).toBe('truncated');
  }
  expect(at('refuses', 1_000)).toBe('missed');
});

test('lost-in-the-middle misses the middle of longer texts', () => {
  const at = (contextLength: number, depth: number) =>
    plantedVisible('lost-in-the-middle', { contextLength, depth });
  expect([at(4_000, 0.5), at(4_096, 0.5), at(5_000, 0.5), at(128_000, 0.4)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([at(8_000, 0), at(8_000, 0.3), at(8_000, 0.7), at(8_000, 1)]).toEqual([true, true, true, true]);
});

test('no boundary lies within half a point of a depth that people ask for', () => {
  // Steps of 5, 7.1, 9.1, 10 and 25 %: a fact half a sentence off its depth must stay on its side.
  const grids = [20, 14, 11, 10, 4].map((steps) => Array.from({ length: steps + 1 }, (_, i) => i / steps));
  let compared = 0;
  for (const name of Object.keys(profiles)) {
    if (name === 'published-deepseek-v2-cells') continue;
    for (const contextLength of [
      2_000, 8_000, 8_192, 16_000, 20_000, 32_768, 64_000, 96_000, 128_000, 131_072, 1_000_000,
    ]) {
      for (const depth of grids.flat()) {
        const at = (offset: number) =>
          plantedOutcome(name, { contextLength, depth: Math.min(1, Math.max(0, depth + offset)) });
        expect([name, contextLength, depth, at(-0.005)]).toEqual([name, contextLength, depth, at(0.005)]);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(5_000);
});

test('names and models belong together, and an unknown name is refused', () => {
  expect(knownAnswerModels()).toContain('known-answer/published-deepseek-v2-cells');
  expect(knownAnswerModels()).toHaveLength(Object.keys(profiles).length);
  expect(profileOfModel('known-answer/perfect')).toBe(profiles.perfect);
  for (const model of ['perfect', 'known-answer/', 'known-answer/toString', 'gpt-4']) {
    expect(profileOfModel(model)).toBeUndefined();
  }
  expect(() => plantedVisible('perfekt', { contextLength: 1, depth: 0 })).toThrow(
    expect.objectContaining({ code: 'unknown_name' }),
  );
});
