import { createHash } from 'node:crypto';

/** A seeded source of random numbers. Equal seeds and names give equal sequences on every platform. */
export interface Random {
  /** A float in [0, 1). */
  float(): number;
  /** An integer in [0, bound). `bound` must be in 1…2^32. */
  below(bound: number): number;
  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
}

/**
 * A named stream of the run's seed. Streams with different names are independent, so a new consumer never
 * shifts an old one. The generator is sfc32 (Chris Doty-Humphrey, PractRand, public domain), seeded with 128 bits of
 * SHA-256. It is ours and not a package's because haystacks must keep their bytes for as long as results are compared.
 */
export function randomStream(seed: number, ...names: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...names]))
    .digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();

  const below = (bound: number): number => {
    // Multiply-shift: the bias is under bound / 2^32 and the result depends on one draw only.
    return Math.floor((next() / 4_294_967_296) * bound);
  };
  return {
    float: () => next() / 4_294_967_296,
    below,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('pick: the list is empty');
      return list[below(list.length)] as T;
    },
    shuffle: <T>(list: readonly T[]): T[] => {
      const copy = [...list];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
      }
      return copy;
    },
  };
}
