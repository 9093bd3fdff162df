/** What cleaning a text met that its owner may want to know. Counts, so that thousands of files add up to a few notes. */
export interface Findings {
  /** Control characters, NUL among them; spaces stand for them. */
  readonly controls: number;
  /** Invisible characters that were left out. */
  readonly hidden: number;
  /** U+FFFD: characters lost before the file was saved. Kept. */
  readonly damaged: number;
  /** Texts that look like a model's special tokens, counted up to `mostSpecials` a file. Kept. */
  readonly specials: number;
  readonly firstSpecial: string | null;
  /** Texts of which the header and licence of Project Gutenberg were left out. */
  readonly frames: number;
}

export const noFindings: Findings = {
  controls: 0,
  hidden: 0,
  damaged: 0,
  specials: 0,
  firstSpecial: null,
  frames: 0,
};

/** More are not counted one by one. */
export const mostSpecials = 1_000;

/** The findings of two texts together. */
export function addFindings(a: Findings, b: Findings): Findings {
  return {
    controls: a.controls + b.controls,
    hidden: a.hidden + b.hidden,
    damaged: a.damaged + b.damaged,
    specials: a.specials + b.specials,
    firstSpecial: a.firstSpecial ?? b.firstSpecial,
    frames: a.frames + b.frames,
  };
}

/** A sentence for each kind of finding. */
export function notesOn(found: Findings): string[] {
  const notes: string[] = [];
  if (found.specials > 0) {
    const times =
      found.specials >= mostSpecials ? `${mostSpecials} times or more` : timesText(found.specials);
    notes.push(
      `the corpus holds text that looks like special tokens (${JSON.stringify(found.firstSpecial)} first, ${times} in all): it is counted and sent as plain text, but a server that reads it as tokens counts otherwise and may end the prompt there`,
    );
  }
  if (found.damaged > 0) {
    notes.push(
      `the corpus holds U+FFFD ${timesText(found.damaged)}: characters that were lost before the file was saved`,
    );
  }
  if (found.hidden > 0) {
    notes.push(
      `${found.hidden} invisible characters (zero-width, direction marks and the like) were left out of the corpus: a reader would not see what a model is asked about`,
    );
  }
  if (found.controls > 0) {
    notes.push(`${found.controls} control characters of the corpus were replaced by spaces`);
  }
  if (found.frames > 0) {
    notes.push('the header and licence of Project Gutenberg were left out of the corpus');
  }
  return notes;
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
