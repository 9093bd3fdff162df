/** What a run finds out of a model's endpoint while asking it, for the manifest. */
export interface EndpointFacts {
  /** The window it serves, in tokens: as it lists it, until it refuses a prompt and names another. Null: not known. */
  servedWindow(): number | null;
  /** How calls differ from the first try, in the words of `adaptedOf`. */
  adapted(): readonly string[];
  /** Takes the window that a refusal named; returns whether that was news. */
  learnWindow(tokens: number): boolean;
  /** Takes all that calls differ in by now; returns whether that was news. */
  learnAdapted(words: readonly string[]): boolean;
}

/** Facts as known before anything is asked. */
export function endpointFacts(known: {
  readonly servedWindow: number | null;
  readonly adapted: readonly string[];
}): EndpointFacts {
  let { servedWindow, adapted } = known;
  return {
    servedWindow: () => servedWindow,
    adapted: () => adapted,
    learnWindow: (tokens) => {
      const news = servedWindow !== tokens;
      servedWindow = tokens;
      return news;
    },
    learnAdapted: (words) => {
      const added = words.filter((word) => !adapted.includes(word));
      adapted = [...adapted, ...added];
      return added.length > 0;
    },
  };
}
