import { setImmediate } from 'node:timers';
import type { Count } from './token-memo.ts';

/** Texts and characters in one list at most. */
const mostTexts = 256;
const mostChars = 65_536;

interface Waiting {
  readonly text: string;
  readonly resolve: (tokens: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A count that gathers the texts asked for in one turn of the event loop and asks for them together, where a server counts lists.
 * A text that stands alone goes through `count`.
 */
export function countInLists(
  count: Count,
  countList: (texts: readonly string[]) => Promise<readonly number[]>,
): Count {
  let waiting: Waiting[] = [];
  const send = async (list: readonly Waiting[]): Promise<void> => {
    try {
      const texts = list.map(({ text }) => text);
      const counts = texts.length === 1 ? [await count(texts[0] as string)] : await countList(texts);
      list.forEach(({ resolve }, i) => {
        resolve(counts[i] as number);
      });
    } catch (error) {
      for (const { reject } of list) reject(error);
    }
  };
  const sendAll = (): void => {
    let list: Waiting[] = [];
    let chars = 0;
    for (const one of waiting) {
      if (list.length === mostTexts || (list.length > 0 && chars + one.text.length > mostChars)) {
        void send(list);
        list = [];
        chars = 0;
      }
      list.push(one);
      chars += one.text.length;
    }
    void send(list);
    waiting = [];
  };
  return (text) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(sendAll);
      waiting.push({ text, resolve, reject });
    });
}
