import { NeedlescopeError } from '../core/errors.ts';
import type { Message } from '../core/sample.ts';
import type { Tokenizer } from '../core/tokenizer.ts';
import { plainTemplate, type Template } from './served.ts';

/** Counts what the endpoint receives. Counts equal those of one full encode. */
export interface PromptCounter {
  /** Tokens of a text, no template. */
  count(text: string): number;
  /** Tokens of a conversation with the template around it. @default template the endpoint's own */
  countMessages(messages: readonly Message[], template?: Template): number;
}

// Generated corpora come to about 5 characters a token: room for several million-token texts.
const defaultMemoChars = 40_000_000;

// A text without line breaks changes with its needle as a whole: nobody asks for it twice.
const mostPartChars = 20_000;

// The splitting regexes of cl100k and o200k never put a newline and a following letter into one piece, and look at nothing
// before a piece: a text may be cut there and the counts add up. Kept to letters and Han ideographs on purpose.
const lineStart = /[\n\r](?=\p{L})/gu;

/** The parts between whose counts nothing is lost: cut before each letter that follows a line break. Their join is the text. */
export function countableParts(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(lineStart)) {
    const cut = match.index + 1;
    parts.push(text.slice(from, cut));
    from = cut;
  }
  parts.push(text.slice(from));
  return parts;
}

/** A counter that remembers paragraphs, dropping the oldest beyond `memoChars` characters. @default memoChars 40,000,000 */
export function createPromptCounter(
  tokenizer: Tokenizer,
  memoChars: number = defaultMemoChars,
): PromptCounter {
  const memo = new Map<string, number>();
  let held = 0;

  const countPart = (part: string): number => {
    const known = memo.get(part);
    if (known !== undefined) return known;
    const tokens = tokenizer.count(part);
    if (typeof tokens !== 'number') {
      throw new NeedlescopeError('tokenizer_unusable', `expected a local tokenizer, got ${tokenizer.id}`, {
        hint: 'give the endpoint o200k_base or cl100k_base',
      });
    }
    if (part.length > mostPartChars) return tokens;
    // A slice would keep its whole prompt in memory: a copy of its own does not.
    memo.set(` ${part}`.slice(1), tokens);
    held += part.length;
    for (const oldest of memo.keys()) {
      if (held <= memoChars) break;
      memo.delete(oldest);
      held -= oldest.length;
    }
    return tokens;
  };

  const count = (text: string): number => {
    let tokens = 0;
    for (const part of countableParts(text)) tokens += countPart(part);
    return tokens;
  };

  return {
    count,
    countMessages: (messages, template = plainTemplate) =>
      messages.reduce(
        (sum, message) => sum + count(message.content),
        templateTokens(messages.length, template),
      ),
  };
}

/** Tokens that a chat template adds to that many messages; 0 for none. */
export function templateTokens(messages: number, { first, further }: Template): number {
  return messages === 0 ? 0 : first + further * (messages - 1);
}
