/** Numbers by pairs of token numbers. */
export interface PairTable {
  /** The number of a pair, or -1. */
  get(left: number, right: number): number;
  set(left: number, right: number, value: number): void;
}

/** A table for up to `most` pairs. Open addressing in typed arrays: a Map of strings or large numbers takes five times as long. */
export function pairTable(most: number): PairTable {
  const mask = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * most))) - 1;
  const lefts = new Int32Array(mask + 1).fill(-1);
  const rights = new Int32Array(mask + 1);
  const values = new Int32Array(mask + 1);
  const slotOf = (left: number, right: number): number => {
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    while (lefts[slot] !== -1 && (lefts[slot] !== left || rights[slot] !== right)) slot = (slot + 1) & mask;
    return slot;
  };
  return {
    get: (left, right) => {
      const slot = slotOf(left, right);
      return lefts[slot] === -1 ? -1 : (values[slot] as number);
    },
    set: (left, right, value) => {
      const slot = slotOf(left, right);
      lefts[slot] = left;
      rights[slot] = right;
      values[slot] = value;
    },
  };
}
