import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateProse } from '../../src/corpus/generate.ts';
import { fitProbes, learningScale } from '../../src/tokenizer/calibration.ts';
import { loadTiktoken } from '../../src/tokenizer/tiktoken.ts';

test('probes of a straight line give it back: scale and overhead', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 2.5, noNaN: true }),
      fc.integer({ min: 0, max: 400 }),
      (scale, overhead) => {
        const probes = [60, 600, 2_400].map((base) => ({
          base,
          counted: Math.round(scale * base) + overhead,
        }));
        const fit = fitProbes(probes);
        expect(fit?.scale).toBeCloseTo(scale, 2);
        expect(Math.abs((fit?.overhead ?? 9e9) - overhead)).toBeLessThanOrEqual(2);
        expect(fit?.error).toBeGreaterThanOrEqual(0.02);
      },
    ),
  );
});

test('what no tokenizer could have counted fits nothing', () => {
  expect(
    fitProbes([
      { base: 60, counted: 60 },
      { base: 600, counted: 60 },
    ]),
  ).toBeNull();
  expect(
    fitProbes([
      { base: 60, counted: 5_000 },
      { base: 600, counted: 5_540 },
    ]),
  ).toBeNull();
  expect(
    fitProbes([
      { base: 600, counted: 70 },
      { base: 600, counted: 70 },
    ]),
  ).toBeNull();
});

test.each(['en', 'zh'] as const)(
  '%s: one real tokenizer by another, from probes to answers',
  async (language) => {
    const [stand, real] = [await loadTiktoken('o200k_base'), await loadTiktoken('cl100k_base')];
    const text = generateProse({ language, seed: 5, chars: 200_000 });
    const piece = (at: number, chars: number) => {
      const part = text.slice(at, at + chars);
      return { base: stand.count(part), counted: real.count(part) };
    };
    const probes = [300, 3_000, 12_000].map((chars, i) => piece(i * 20_000, chars));
    const fit = fitProbes(probes.map(({ base, counted }) => ({ base, counted: counted + 19 })));
    expect(fit).not.toBeNull();
    if (fit === null) return;
    expect(Math.abs(fit.overhead - 19)).toBeLessThan(20);
    const scale = learningScale(fit);
    for (let i = 0; i < 12; i++) {
      const { base, counted } = piece(60_000 + i * 9_000, 4_000 + 400 * i);
      // The bound held before the answer was seen.
      expect(counted).toBeLessThanOrEqual(base * scale.now().scale * (1 + scale.now().error));
      scale.learn({ base, counted });
    }
    expect(scale.now().error).toBeLessThan(0.03);
    const { base, counted } = piece(0, 60_000);
    expect(Math.abs(counted / (base * scale.now().scale) - 1)).toBeLessThan(scale.now().error + 0.005);
  },
);

test('an answer to a cut prompt teaches nothing', () => {
  const scale = learningScale({ scale: 1, error: 0.03 });
  scale.learn({ base: 10_000, counted: 4_098 });
  expect(scale.now()).toEqual({ scale: 1, error: 0.03 });
  scale.learn({ base: 10_000, counted: 10_100 });
  expect(scale.now()).toEqual({ scale: 1.01, error: 0.03 });
});
