import type { TokenDialect } from './token-dialect.ts';
import { bytesOfPieces } from './token-pieces.ts';
import { isAnswered, type Post } from './token-post.ts';

/** The bytes of a text's tokens; null where the tokens of this text are not its pieces. */
export type TokenBytesOf = (text: string) => Promise<readonly number[] | null>;

/** A text this short that is refused is refused for what it says. */
const leastChars = 4_096;

/**
 * Asks for whole stretches of text with their pieces. One that the server refuses (a gateway's limit on bodies, mostly a megabyte, or
 * one of its own) is asked for in halves, one after the other, and where it was the size (413) later ones are cut beforehand.
 */
export function stretchBytes(post: Post, dialect: TokenDialect): TokenBytesOf {
  let mostChars = Number.POSITIVE_INFINITY;

  const ask = async (text: string): Promise<readonly number[] | null | 'refused'> => {
    try {
      const answer = await post('/tokenize', dialect.body(text, true));
      const pieces = dialect.pieces(answer);
      return pieces === null ? null : bytesOfPieces(pieces, text.toWellFormed());
    } catch (error) {
      // The caller counts without pieces then, and meets the error again if the server is at fault.
      if (!isAnswered(error)) throw error;
      if (error.status !== 413 && error.status !== 400) return null;
      if (error.status === 413 && text.length > leastChars)
        mostChars = Math.min(mostChars, Math.ceil(text.length / 2));
      return 'refused';
    }
  };

  const bytesOf: TokenBytesOf = async (text) => {
    if (text === '') return [];
    if (text.length <= mostChars) {
      const bytes = await ask(text);
      if (bytes !== 'refused') return bytes;
      if (text.length <= leastChars) return null;
    }
    const middle = nearMiddle(text);
    const left = await bytesOf(text.slice(0, middle));
    const right = left === null ? null : await bytesOf(text.slice(middle));
    return left === null || right === null ? null : [...left, ...right];
  };
  return bytesOf;
}

/**
 * A place near the middle where tokens end in most vocabularies: before the space of a word or the full stop after a Han character.
 * Never inside a surrogate pair.
 */
function nearMiddle(text: string): number {
  const middle = text.length >> 1;
  for (let step = 0; step < middle; step++) {
    if (isSeam(text, middle - step)) return middle - step;
    if (isSeam(text, middle + step)) return middle + step;
  }
  return /[\udc00-\udfff]/.test(text.charAt(middle)) ? middle + 1 : middle;
}

function isSeam(text: string, at: number): boolean {
  const left = text.charAt(at - 1);
  const right = text.charAt(at);
  if (right === ' ') return /\S/.test(left);
  return '。，、；：！？'.includes(right) && left >= '\u4e00' && left <= '\u9fff';
}
