/*
 * GPT-2 writes the bytes of a token as printable characters, one each, and so does every byte-level `tokenizer.json`: bytes that print
 * stand for themselves, the others take the characters from U+0100 on in their order.
 */
const printable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);

/** The character that stands for each byte. */
export const byteCharacters: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

const bytes = new Int16Array(0x180).fill(-1);
for (const [byte, character] of byteCharacters.entries()) bytes[character.charCodeAt(0)] = byte;

/** The bytes that a token's characters stand for; null where one of them stands for none, so that no text holds the token. */
export function bytesOfToken(token: string): Buffer | null {
  const out = Buffer.allocUnsafe(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = bytes[token.charCodeAt(i)] ?? -1;
    if (byte < 0) return null;
    out[i] = byte;
  }
  return out;
}
