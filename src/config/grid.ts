import { z } from 'zod';
import { NeedlescopeError } from '../core/errors.ts';
import { parseLength } from '../core/length.ts';
import { key } from './key.ts';

const expectedLength = 'a length in tokens: 8000, 128k (1,000s), 128Ki (1,024s) or 1M';

/** A length as users write it, read into tokens. */
export const length = z.union([z.string(), z.number()]).transform((written, context): number => {
  try {
    return parseLength(written);
  } catch (error) {
    if (!(error instanceof NeedlescopeError)) throw error;
    context.addIssue({ code: 'custom', input: written });
    return z.NEVER;
  }
});

const oneLength = () => key(length, { description: 'Tokens, answer included.', expected: expectedLength });
const maxPoints = 1_000;
const count = (from: number) =>
  key(z.int().min(from).max(maxPoints), {
    description: 'How many.',
    expected: `a whole number from ${from} to ${maxPoints}`,
  });

const lengthRange = z.strictObject({
  from: key(length, { description: 'The shortest.', expected: expectedLength }),
  to: key(length, { description: 'The longest.', expected: expectedLength }),
  count: count(2),
  spacing: key(z.enum(['linear', 'log']), {
    description: 'Equal steps, or equal ratios.',
    expected: 'linear or log',
    default: 'linear',
  }).optional(),
});

/** Context lengths as a list or a range; read into tokens, ascending. */
export const contextLengths = key(
  z
    .union([z.array(oneLength()).min(1).max(maxPoints), lengthRange])
    .transform((written, context): readonly number[] => {
      const problem = Array.isArray(written) ? repeated(written) : backwards(written);
      if (problem !== null) {
        context.addIssue({ code: 'custom', input: written, message: problem });
        return z.NEVER;
      }
      const list = Array.isArray(written) ? written : spreadLengths(written);
      return [...list].sort((a, b) => a - b);
    }),
  {
    description:
      'Lengths to test: a list, or {from, to, count, spacing: linear|log}. Without it the run picks lengths up to the window.',
    expected: 'a list of lengths, or {from: 1k, to: 128k, count: 12}',
    example: ['1k', '2k', '4k', '8k'],
  },
);

const percent = z.number().min(0).max(100);
const depthSpread = z.strictObject({
  count: count(1),
  spacing: key(z.enum(['linear', 'sigmoid']), {
    description: 'Equal steps, or steps that are finer near both ends.',
    expected: 'linear or sigmoid',
    default: 'linear',
  }).optional(),
});

/** Depths as percents or a spread; read into fractions from 0 to 1, ascending. */
export const depths = key(
  z
    .union([
      z
        .array(key(percent, { description: 'Percent.', expected: 'a percentage from 0 to 100' }))
        .min(1)
        .max(maxPoints),
      depthSpread,
    ])
    .transform((written, context): readonly number[] => {
      const problem = Array.isArray(written) ? repeated(written) : null;
      if (problem !== null) {
        context.addIssue({ code: 'custom', input: written, message: problem });
        return z.NEVER;
      }
      const percents = Array.isArray(written) ? written : spreadDepths(written);
      return percents.map(fraction).sort((a, b) => a - b);
    }),
  {
    description:
      'Depths to test: percents (0 = the needle comes first), or {count, spacing: linear|sigmoid} from 0 to 100.',
    expected: 'a list of percents from 0 to 100, or {count: 11}',
    example: { count: 11 },
    default: { count: 11 },
  },
);

/** Repeats of each place in the grid. */
export const trials = key(z.int().min(1).max(10_000), {
  description:
    'Repeats of each length and depth, each with a text and needle of its own. Under 3, a preview.',
  expected: 'a whole number from 1 to 10000',
  example: 3,
  default: 3,
});

/** The default depths: eleven, 0 to 1 in steps of a tenth. */
export const defaultDepths: readonly number[] = spreadDepths({ count: 11 }).map(fraction);

/** Whole token counts from `from` to `to`, both included, in equal steps or equal ratios; repeats dropped. */
export function spreadLengths(range: {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly spacing?: 'linear' | 'log' | undefined;
}): readonly number[] {
  const { from, to, count: points, spacing } = range;
  const at = (share: number): number =>
    Math.round(spacing === 'log' ? from * (to / from) ** share : from + (to - from) * share);
  return [...new Set(Array.from({ length: points }, (_, i) => at(i / (points - 1))))];
}

/**
 * Percents from 0 to 100, both ends included; the middle where only one is asked. `sigmoid` is the spacing of the published
 * Claude 2.1 test: 100 / (1 + exp(-0.1 (x - 50))) over equal steps of x, the two ends kept at 0 and 100.
 */
export function spreadDepths(spread: {
  readonly count: number;
  readonly spacing?: 'linear' | 'sigmoid' | undefined;
}): readonly number[] {
  const last = spread.count - 1;
  if (last === 0) return [50];
  return Array.from({ length: spread.count }, (_, i) => {
    const x = (100 * i) / last;
    if (spread.spacing !== 'sigmoid' || i === 0 || i === last) return x;
    return Math.round(100_000 / (1 + Math.exp(-0.1 * (x - 50)))) / 1_000;
  });
}

/** Depths are part of keys and file rows: six decimals, so that 1/11 does not carry seventeen. */
function fraction(percents: number): number {
  return Math.round(percents * 10_000) / 1_000_000;
}

function repeated(list: readonly number[]): string | null {
  const twice = list.find((value, i) => list.indexOf(value) !== i);
  return twice === undefined ? null : `expected each value once, got ${twice} twice`;
}

function backwards(range: { readonly from: number; readonly to: number }): string | null {
  return range.from < range.to ? null : `expected from below to, got from ${range.from} to ${range.to}`;
}
