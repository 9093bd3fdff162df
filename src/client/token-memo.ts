/** Counts the tokens of a text by asking somebody. */
export type Count = (text: string) => Promise<number>;

/** Heads, tails, needles and questions are shorter: the same few come with every cell. */
const longestChars = 4_096;

/**
 * A count that asks for each short text once, even while it is being asked. Beyond `mostChars` characters of remembered text the one
 * not asked for the longest goes. @default mostChars 4,000,000
 */
export function rememberShort(count: Count, mostChars = 4_000_000): Count {
  const known = new Map<string, Promise<number>>();
  let held = 0;
  const forget = (text: string): void => {
    if (known.delete(text)) held -= text.length;
  };
  return (text) => {
    if (text.length > longestChars) return count(text);
    const before = known.get(text);
    if (before !== undefined) {
      known.delete(text);
      known.set(text, before);
      return before;
    }
    const asked = count(text);
    // A copy of its own: a slice would keep the whole corpus in memory for as long as it is remembered.
    const own = ` ${text}`.slice(1);
    known.set(own, asked);
    held += own.length;
    for (const oldest of known.keys()) {
      if (held <= mostChars) break;
      forget(oldest);
    }
    // A failure is not remembered: the server may be back for the next one.
    asked.catch(() => {
      if (known.get(own) === asked) forget(own);
    });
    return asked;
  };
}
