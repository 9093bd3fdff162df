/** A token as a server shows it: a string, or its bytes. */
export type TokenPiece = string | readonly number[];

/** Writes the bytes that a token's string stands for at the start of `into`; how many, or null where there is no room. */
type Reading = (token: string, into: Uint8Array) => number | null;

const encoder = new TextEncoder();

/**
 * UTF-8 bytes of `text` in each of its tokens, in order; null where the tokens are not pieces of the text (it was normalised, a
 * token is unknown, a mark was added). Strings are read in the ways servers write them, and the one that gives the text's own
 * bytes, all of them, is the right one. Where the tokenizer put a space in front of the text, the first token is shorter by it.
 */
export function bytesOfPieces(pieces: readonly TokenPiece[], text: string): number[] | null {
  const wanted = encoder.encode(text);
  // Two more: the space in front, and one by which too long a reading shows.
  const read = new Uint8Array(wanted.length + 2);
  for (const reading of readings) {
    const lengths = readPieces(pieces, reading, read);
    if (lengths === null) continue;
    const end = lengths.reduce((sum, bytes) => sum + bytes, 0);
    if (equal(read.subarray(0, end), wanted)) return lengths;
    const first = lengths.findIndex((bytes) => bytes > 0);
    if (first === -1 || read[0] !== 0x20 || !equal(read.subarray(1, end), wanted)) continue;
    lengths[first] = (lengths[first] as number) - 1;
    return lengths;
  }
  return null;
}

function readPieces(pieces: readonly TokenPiece[], reading: Reading, into: Uint8Array): number[] | null {
  const lengths: number[] = [];
  let end = 0;
  for (const piece of pieces) {
    const room = into.subarray(end);
    const bytes = typeof piece === 'string' ? reading(piece, room) : copy(piece, room);
    if (bytes === null) return null;
    lengths.push(bytes);
    end += bytes;
  }
  return lengths;
}

/** The text itself: llama.cpp, and tokenizers without a notation of their own. */
const plain: Reading = (token, into) => {
  const { read, written } = encoder.encodeInto(token, into);
  return read === token.length ? written : null;
};

/**
 * GPT-2's byte-level vocabularies: a character a byte. Printable Latin-1 stands for itself, the other 68 bytes in ascending order
 * for U+0100 and up (`bytes_to_unicode` of GPT-2's encoder).
 */
const byteOf: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>();
  for (let byte = 0, next = 0x100; byte < 0x100; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    map.set(String.fromCharCode(printable ? byte : next++), byte);
  }
  return map;
})();

const byteLevel: Reading = (token, into) => {
  if (token.length > into.length) return null;
  for (let i = 0; i < token.length; i++) {
    const byte = byteOf.get(token[i] as string);
    // An added token stands in the vocabulary as the text it is: `<｜Assistant｜>`.
    if (byte === undefined) return plain(token, into);
    into[i] = byte;
  }
  return token.length;
};

/** SentencePiece: `▁` is a space, `<0xE4>` a byte, the rest is text. */
const sentencePiece: Reading = (token, into) => {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return byte === undefined
    ? plain(token.replaceAll('\u2581', ' '), into)
    : copy([Number.parseInt(byte, 16)], into);
};

const readings: readonly Reading[] = [plain, byteLevel, sentencePiece];

function copy(bytes: readonly number[], into: Uint8Array): number | null {
  if (bytes.length > into.length) return null;
  into.set(bytes);
  return bytes.length;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
