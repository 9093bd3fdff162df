import type { Message } from '../core/sample.ts';
import { countableParts, type PromptCounter } from './count-tokens.ts';

/** The end of a conversation, in order, that has at most `budget` tokens of content: whole messages, then part of one. */
export function keepTail(messages: readonly Message[], budget: number, counter: PromptCounter): Message[] {
  const kept: Message[] = [];
  let left = budget;
  for (const message of messages.toReversed()) {
    const tokens = counter.count(message.content);
    if (tokens <= left) {
      kept.unshift(message);
      left -= tokens;
      continue;
    }
    kept.unshift({ role: message.role, content: textTail(message.content, left, counter) });
    break;
  }
  return kept;
}

/** As `keepTail`, with the first few words of the conversation in front: what Ollama leaves of a prompt that is too long. */
export function keepEnds(messages: readonly Message[], budget: number, counter: PromptCounter): Message[] {
  const opening = messages[0]?.content.slice(0, 16) ?? '';
  const [first, ...others] = keepTail(messages, budget - counter.count(`${opening}\n`), counter);
  return first === undefined
    ? []
    : [{ role: first.role, content: `${opening}\n${first.content}` }, ...others];
}

/** The longest end of a text within `budget` tokens, to about one token: whole parts, then a piece of the next one. */
function textTail(text: string, budget: number, counter: PromptCounter): string {
  const parts = countableParts(text);
  let start = text.length;
  let left = budget;
  for (const part of parts.toReversed()) {
    const tokens = counter.count(part);
    if (tokens > left) {
      start -= pieceTail(part, left, counter);
      break;
    }
    start -= part.length;
    left -= tokens;
  }
  return text.slice(start);
}

/** How many characters of a part's end fit the budget. Counts grow with length but for a token here and there. */
function pieceTail(part: string, budget: number, counter: PromptCounter): number {
  let fits = 0;
  // No token of prose is longer than this; without a bound a text of one line would be encoded again and again.
  let tooLong = Math.min(part.length, budget * 24 + 1);
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (counter.count(part.slice(-middle)) <= budget) fits = middle;
    else tooLong = middle;
  }
  return fits;
}
