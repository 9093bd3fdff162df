import { NeedlescopeError } from '../core/errors.ts';

/** Longer runs stall tokenizers: the time for one pre-token grows with the square of its length. */
const longestRun = 4_000;
// Each kind is looked for at the start of its runs only, so that the search itself stays linear.
const endlessRun = new RegExp(
  ['[^\\s\\p{P}]', '[\\p{P}\\p{S}]', '\\s'].map((kind) => `(?<!${kind})${kind}{${longestRun + 1}}`).join('|'),
  'u',
);

/**
 * The text of a file's bytes: UTF-8 without its mark, LF line ends, control characters as spaces. Throws
 * `corpus_unusable` with name and offset for other encodings and for runs of more than 4,000 characters of one kind.
 */
export function cleanText(bytes: Uint8Array, file: string): string {
  const text = decodeUtf8(bytes, file)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ');
  const run = endlessRun.exec(text);
  if (run) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `expected prose, but ${file} holds more than ${longestRun} characters without a break at character ${run.index}`,
      { hint: 'such runs stall tokenizers: remove encoded data, rulers and the like, or leave the file out' },
    );
  }
  return text;
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NeedlescopeError(
      'corpus_unusable',
      `expected UTF-8, but ${file} is not: the first bad byte stands at byte offset ${validPrefix(bytes)}`,
      { hint: 'save it as UTF-8, for example: iconv -f GB18030 -t UTF-8 old.txt > new.txt', cause },
    );
  }
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
