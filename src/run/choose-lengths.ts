/** Lengths that a run without any asked for takes: doubling from 1,000 up to the window, the window itself last. */
export function lengthsUpTo(window: number): number[] {
  const lengths: number[] = [];
  for (let length = 1_000; length <= window; length *= 2) lengths.push(length);
  const last = lengths[lengths.length - 1];
  if (last === undefined) return [window];
  // A window just above the last step is the same length twice; one well above is the claim itself, and worth a column.
  if (window >= last * 1.2) lengths.push(window);
  return lengths;
}
