import { NeedlescopeError } from '../core/errors.ts';

/**
 * The text of UTF-8 bytes, without a byte order mark at their start. It is well formed: lone surrogates have no valid UTF-8.
 * Throws `corpus_unusable` with the name and the offset of the first bad byte.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `expected UTF-8, but ${file} is not: the first bad byte stands at byte offset ${validPrefix(bytes)}`,
      { hint: otherEncoding(bytes), cause },
    );
  }
}

/** What to do about bytes that are no UTF-8, by what they look like. */
function otherEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return 'it is UTF-16: save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 old.txt > new.txt';
  }
  if (bytes.subarray(0, 8_192).includes(0)) return 'it looks like binary data: leave the file out';
  return 'save it as UTF-8, for example: iconv -f GB18030 -t UTF-8 old.txt > new.txt';
}

/** How many bytes from the start are whole, valid UTF-8 characters. Reads a prefix some 20 times, on failure only. */
function validPrefix(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValid(bytes.subarray(0, middle), { stream: true })) low = middle;
    else high = middle - 1;
  }
  // Bytes of a character that never came to its end are valid so far, and bad all the same.
  while (low > 0 && !isValid(bytes.subarray(0, low), { stream: false })) low--;
  return low;
}

/** Whether bytes are valid UTF-8; with `stream`, give or take a last character that is not complete yet. */
function isValid(bytes: Uint8Array, options: { readonly stream: boolean }): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}
