/**
 * A text held as slices whose bytes exist already. A million-token prompt is a handful of references until it is sent, and it is
 * sent without ever becoming one string.
 */
export interface SlicedText {
  /** UTF-16 units. */
  readonly chars: number;
  /** UTF-8 of the text, in order. The arrays are views: they must not be written to. */
  bytes(): readonly Uint8Array[];
  /** UTF-8 of the text as it stands between the quotes of a JSON string. */
  jsonBytes(): readonly Uint8Array[];
  /** The whole text as one string. Costs what it says: for `show`, tests and short texts. */
  toString(): string;
}

const encoder = new TextEncoder();

/** The bytes of a text between the quotes of a JSON string. Lone surrogates come out as escapes. */
export function jsonBytesOf(text: string): Uint8Array {
  return encoder.encode(JSON.stringify(text).slice(1, -1));
}

/** A short text in the same clothes. */
export function slicedText(text: string): SlicedText {
  return {
    chars: text.length,
    bytes: () => [encoder.encode(text)],
    jsonBytes: () => [jsonBytesOf(text)],
    toString: () => text,
  };
}
