import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectiveLength, rulerBar } from '../../src/analysis/effective-length.ts';
import { exactBounds } from '../../src/analysis/exact-bounds.ts';
import { noEffectiveReasons } from '../../src/analysis/no-effective-length.ts';
import type { LengthSummary } from '../../src/analysis/panel.ts';
import { wilson } from '../../src/analysis/wilson.ts';

interface Column {
  /** Share of right answers among scored cells. */
  readonly mean: number;
  readonly planned?: number;
  readonly scored?: number;
  readonly effectiveN?: number;
}

/** Columns at 1K, 2K, 4K, … */
function columns(list: readonly Column[]): LengthSummary[] {
  return list.map(({ mean, planned = 33, scored = planned, effectiveN = scored }, index) => ({
    contextLength: 1000 * 2 ** index,
    score:
      scored === 0
        ? null
        : { n: scored, effectiveN, mean, ...wilson(mean * effectiveN, effectiveN, 0.95, 2) },
    oneSided: scored === 0 ? null : exactBounds(mean * effectiveN, effectiveN, 0.95),
    floor: planned === 0 ? 0 : (mean * scored) / planned,
    coverage: planned === 0 ? 0 : scored / planned,
    planned,
    scored,
  }));
}

const all = (count: number, column: Column): LengthSummary[] =>
  columns(Array.from({ length: count }, () => column));
const ruler = { rule: 'absolute', bar: rulerBar } as const;
const relative = { rule: 'relative', share: 0.85 } as const;

describe('the bracket', () => {
  test('a cliff: everything before it is shown, nothing after it stands', () => {
    const cliff = columns([1, 1, 1, 1, 0.1, 0.1].map((mean) => ({ mean })));
    expect(effectiveLength(cliff, ruler).effective).toEqual({
      bar: 0.856,
      rule: 'absolute',
      cellsPerLength: 33,
      shown: 8000,
      notDisproved: 8000,
    });
  });

  test('a bracket is open where the data leave it open', () => {
    const fade = columns([1, 1, 30 / 33, 27 / 33, 10 / 33].map((mean) => ({ mean })));
    expect(effectiveLength(fade, ruler).effective).toMatchObject({ shown: 2000, notDisproved: 8000 });
  });

  test('all right with few cells shows less than with many, and disproves nothing', () => {
    expect(effectiveLength(all(6, { mean: 1, planned: 11 }), ruler).effective).toMatchObject({
      cellsPerLength: 11,
      shown: null,
      notDisproved: 32_000,
    });
    expect(effectiveLength(all(6, { mean: 1, planned: 33 }), ruler).effective?.shown).toBe(32_000);
  });

  test('it is contiguous from the shortest length', () => {
    const hole = columns([1, 0.2, 1, 1].map((mean) => ({ mean })));
    expect(effectiveLength(hole, ruler).effective).toMatchObject({ shown: 1000, notDisproved: 1000 });
    const start = columns([0.2, 1, 1, 1].map((mean) => ({ mean })));
    expect(effectiveLength(start, ruler).effective).toMatchObject({ shown: null, notDisproved: null });
  });

  test('a length under 95 % coverage cannot hold a bar', () => {
    const covered = (scored: number) =>
      columns([{ mean: 1 }, { mean: 1, planned: 100, scored }, { mean: 1 }]);
    expect(effectiveLength(covered(95), ruler).effective).toMatchObject({ shown: 4000, notDisproved: 4000 });
    expect(effectiveLength(covered(94), ruler).effective).toMatchObject({ shown: 1000, notDisproved: 4000 });
  });

  test('lengths that nobody answered at do not extend the bracket, one in the middle does not end it', () => {
    const none: Column = { mean: 0, scored: 0 };
    const refused = columns([{ mean: 1 }, { mean: 1 }, none, none]);
    expect(effectiveLength(refused, ruler).effective).toMatchObject({
      shown: 2000,
      notDisproved: 2000,
      cellsPerLength: 33,
    });
    const gap = columns([{ mean: 1 }, none, { mean: 1 }]);
    expect(effectiveLength(gap, ruler).effective).toMatchObject({ shown: 1000, notDisproved: 4000 });
    expect(effectiveLength(all(3, none), ruler).effective).toMatchObject({ shown: null, notDisproved: null });
  });

  test('not disproved asks about all lengths at once', () => {
    // 24 of 33 lies under the bar by its own one-sided 95 % bound, but not where it is the worst of twelve.
    const alone = columns([{ mean: 24 / 33 }]);
    expect(alone[0]?.oneSided?.upper).toBeLessThan(rulerBar);
    expect(effectiveLength(alone, ruler).effective?.notDisproved).toBeNull();
    const worst = columns([...Array.from({ length: 11 }, () => ({ mean: 1 })), { mean: 24 / 33 }]);
    expect(worst[11]?.oneSided?.upper).toBeLessThan(rulerBar);
    expect(effectiveLength(worst, ruler).effective?.notDisproved).toBe(2_048_000);
  });

  test('step by step: once the worst length is disproved, the next is judged among fewer', () => {
    // 23 of 33 has p = 0.0149: under 0.05 / 3, the third-worst of five being one of three, and not under 0.05 / 4.
    const mild = { mean: 23 / 33 };
    const four = columns([mild, { mean: 0 }, { mean: 0 }, { mean: 1 }, { mean: 1 }]);
    expect(effectiveLength(four, ruler).effective?.notDisproved).toBeNull();
    expect(
      effectiveLength(columns([mild, { mean: 1 }, { mean: 1 }, { mean: 0 }, { mean: 1 }]), ruler).effective,
    ).toMatchObject({
      notDisproved: 4000,
    });
  });

  test('clustered cells count for less', () => {
    expect(effectiveLength(all(3, { mean: 1, effectiveN: 33 }), ruler).effective?.shown).toBe(4000);
    expect(effectiveLength(all(3, { mean: 1, effectiveN: 15 }), ruler).effective?.shown).toBeNull();
  });
});

describe('the relative bar', () => {
  test('is 85 % of the mean over the three shortest lengths', () => {
    const fade = columns([1, 0.9, 0.8, 0.2, 0.2, 0.2].map((mean) => ({ mean })));
    const { effective } = effectiveLength(fade, relative);
    expect(effective).toMatchObject({ rule: 'relative' });
    expect(effective?.bar).toBeCloseTo(0.85 * 0.9, 12);
  });

  test('takes more lengths until 30 cells, up to half of them', () => {
    const means = [1, 1, 1, 0.9, 0.9, 0, 0, 0, 0, 0, 0];
    const six = columns(means.map((mean) => ({ mean, planned: 6 })));
    expect(effectiveLength(six, relative).effective?.bar).toBeCloseTo(0.85 * 0.96, 12);
    const five = columns(means.map((mean) => ({ mean, planned: 4 })));
    expect(effectiveLength(five, relative)).toEqual({ effective: null, reason: noEffectiveReasons.fewCells });
  });

  test('leaves out lengths that were not covered', () => {
    const list = [{ mean: 0, scored: 10 }, { mean: 1 }, { mean: 1 }, { mean: 1 }, { mean: 0 }, { mean: 0 }];
    expect(effectiveLength(columns(list), relative).effective).toMatchObject({ bar: 0.85, shown: null });
  });

  test.each([
    ['fewer than 3 short lengths', all(2, { mean: 1 })],
    ['fewer than 3 short lengths', columns([{ mean: 1 }, { mean: 1 }, { mean: 1, scored: 0 }])],
    ['fewer than 30 short cells', all(3, { mean: 1, planned: 9 })],
    ['base under 50 %', all(6, { mean: 0.49 })],
  ])('says why there is none: %s', (reason, lengths) => {
    expect(effectiveLength(lengths, relative)).toEqual({ effective: null, reason });
  });

  test('a base of exactly 50 % is enough', () => {
    expect(effectiveLength(all(6, { mean: 0.5, planned: 40 }), relative).effective?.bar).toBeCloseTo(
      0.425,
      12,
    );
  });
});

describe('laws', () => {
  const column = fc
    .record({ planned: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .chain(({ planned, share }) =>
      fc.record({
        planned: fc.constant(planned),
        scored: fc.oneof(fc.constant(planned), fc.integer({ min: 0, max: planned })),
        mean: fc.oneof(fc.constantFrom(0, rulerBar, 1), fc.constant(share)),
        deff: fc.double({ min: 1, max: 8, noNaN: true }),
      }),
    )
    .map(({ planned, scored, mean, deff }) => ({ planned, scored, mean, effectiveN: scored / deff }));
  const lengthsOf = fc.array(column, { minLength: 1, maxLength: 14 }).map(columns);

  test('shown never exceeds not disproved', () => {
    let brackets = 0;
    let shownBrackets = 0;
    fc.assert(
      fc.property(lengthsOf, fc.constantFrom(ruler, relative), (lengths, rule) => {
        const { effective, reason } = effectiveLength(lengths, rule);
        expect(effective === null).toBe(reason !== null);
        if (effective === null) return;
        brackets += 1;
        if (effective.shown === null) return;
        shownBrackets += 1;
        expect(effective.notDisproved).not.toBeNull();
        expect(effective.shown).toBeLessThanOrEqual(effective.notDisproved ?? 0);
      }),
      { numRuns: 4_000 },
    );
    expect(brackets).toBeGreaterThan(50);
    expect(shownBrackets).toBeGreaterThan(5);
  });

  test('a lower bar never shows less and never disproves more', () => {
    const bar = fc.double({ min: 0.05, max: 1, noNaN: true });
    fc.assert(
      fc.property(lengthsOf, bar, bar, (lengths, a, b) => {
        const low = effectiveLength(lengths, { rule: 'absolute', bar: Math.min(a, b) }).effective;
        const high = effectiveLength(lengths, { rule: 'absolute', bar: Math.max(a, b) }).effective;
        expect(low?.shown ?? 0).toBeGreaterThanOrEqual(high?.shown ?? 0);
        expect(low?.notDisproved ?? 0).toBeGreaterThanOrEqual(high?.notDisproved ?? 0);
      }),
      { numRuns: 4_000 },
    );
  });
});
